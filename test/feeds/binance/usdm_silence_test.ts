/** T1 on USD-M futures: what falls silent while pings flow is noticed, and who merely does not trade is not. */
import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { type UsdmBench, withUsdm } from "./usdm_bench.ts";

const THREE = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];

async function goLive({ feed, until, advance }: UsdmBench, offsetMs = 0): Promise<void> {
  await until(() => feed.snapshot().state === "live", 10 * SECOND);
  await advance(15 * SECOND + offsetMs);
}

const failuresOf = ({ of }: UsdmBench) => of("failure").map(({ error }) => error);

/** Nothing was told to be wrong, and one connection has lasted. */
function assertCalm(bench: UsdmBench): void {
  assert.deepEqual(failuresOf(bench), []);
  assert.deepEqual(bench.of("transition").filter(({ from }) => from === "live"), []);
  assert.equal(bench.dialled.length, 1);
  assert.equal(bench.feed.snapshot().state, "live");
}

Deno.test("createBinanceFeed notices within 12 s one silent USD-M kline stream of three, and asks for it again", async () => {
  for (const offset of [0, 700, 1_400, 2_100]) {
    await withUsdm({ symbols: THREE }, async (bench) => {
      await goLive(bench, offset);
      bench.server.mute("ethusdt@kline_1m", 20 * SECOND);
      const ms = await bench.until(() => failuresOf(bench).length > 0, 12 * SECOND);
      assert.ok(ms > 9 * SECOND, `after ${ms} ms already`);
      const [error] = failuresOf(bench);
      assert.deepEqual([error!.code, error!.instrument], ["silent", "ETHUSDT"]);
      const states = () => bench.feed.snapshot().streams.map(({ state }) => state);
      assert.deepEqual(states(), ["live", "stale", "live"]);
      assert.equal(bench.feed.snapshot().state, "live");
      assert.deepEqual(bench.sent.map(({ method, params }) => [method, ...params]), [
        ["UNSUBSCRIBE", "ethusdt@kline_1m", "ethusdt@aggTrade"],
        ["SUBSCRIBE", "ethusdt@kline_1m", "ethusdt@aggTrade"],
      ]);
      await bench.advance(12 * SECOND);
      assert.deepEqual(states(), ["live", "live", "live"]);
      assert.deepEqual([bench.dialled.length, failuresOf(bench).length], [1, 1]);
    });
  }
});

Deno.test("createBinanceFeed notices a dead USD-M kline stream within 10 s of the first trade that it does not tell", async () => {
  // A trade every 20 s: its own pace alone would allow more than a minute.
  await withUsdm({ symbols: THREE, tradeEveryMs: 20 * SECOND }, async (bench) => {
    await goLive(bench);
    bench.server.mute("ethusdt@kline_1m", 2 * MINUTE);
    const heard = () =>
      bench.of("trade").filter(({ instrument }) => instrument === "ETHUSDT").length;
    const before = heard();
    await bench.until(() => heard() > before, 21 * SECOND);
    const ms = await bench.until(() => failuresOf(bench).length > 0, 11 * SECOND);
    assert.ok(ms > 8 * SECOND, `after ${ms} ms already`);
    assert.deepEqual(failuresOf(bench).map(({ instrument }) => instrument), ["ETHUSDT"]);
  });
});

Deno.test("createBinanceFeed notices within 10 s that a USD-M socket says nothing while its pings flow, in a busy market and in a quiet one", async () => {
  for (const quietMinutes of [{ from: 0, to: 0 }, { from: 2, to: 9 }]) {
    for (const kind of ["silence", "dead-streams"] as const) {
      await withUsdm({ symbols: THREE, quietMinutes }, async (bench) => {
        await bench.advance(3 * MINUTE + 7 * SECOND);
        assertCalm(bench);
        const action = kind === "silence" ? { kind, durationMs: 15 * SECOND } : { kind };
        bench.server.strike(action);
        const ms = await bench.until(() => bench.feed.snapshot().state !== "live", 10_500);
        assert.ok(ms > 6 * SECOND, `after ${ms} ms already`);
        const [left] = bench.of("transition").filter(({ from }) => from === "live");
        assert.match(left!.reason, /socket open but silent/);
        await bench.until(() => bench.feed.snapshot().state === "live", 90 * SECOND);
      });
    }
  }
});

Deno.test("createBinanceFeed says within 17 s that a USD-M socket took its subscriptions and says nothing", async () => {
  const silentStreams = ["btcusdt@kline_1m", "btcusdt@aggTrade", "btcusdt@markPrice"];
  await withUsdm({ scenario: { silentStreams } }, async (bench) => {
    await bench.until(() => failuresOf(bench).length > 0, 17 * SECOND);
    const [error] = failuresOf(bench);
    assert.equal(error!.code, "no-first-data");
    assert.match(error!.message, /btcusdt@kline_1m at fstream.simulated\/market but sent nothing/);
  });
});

Deno.test("createBinanceFeed takes three minutes in which nothing trades on USD-M for quiet, not for broken", async () => {
  await withUsdm({ symbols: THREE, quietMinutes: { from: 1, to: 5 } }, async (bench) => {
    await goLive(bench);
    const trades = () => bench.of("trade").length;
    await bench.advance(30 * SECOND);
    const before = trades();
    await bench.advance(3 * MINUTE);
    assert.equal(trades(), before, "the market is quiet");
    assertCalm(bench);
    // It might be dead all the same: asking again, once for each minute's kline, costs nothing.
    assert.ok(bench.sent.length <= 2 * 4, `${bench.sent.length} messages`);
    await bench.advance(MINUTE);
    assert.ok(trades() > before, "it trades again");
    assertCalm(bench);
  });
});

Deno.test("createBinanceFeed asks again for klines and trades of a busy USD-M symbol that died together, and tells when that did not help", async () => {
  await withUsdm({ symbols: THREE, tradeEveryMs: 250 }, async (bench) => {
    await goLive(bench);
    await bench.advance(MINUTE);
    const dead = ["ethusdt@kline_1m", "ethusdt@aggTrade"];
    for (const name of dead) bench.server.mute(name, 2 * MINUTE);
    await bench.until(() => bench.sent.length > 0, 15 * SECOND);
    assert.deepEqual(bench.sent.map(({ params }) => params), [dead, dead]);
    assertCalm(bench);
    // By then a minute has ended, which is told whatever trades.
    await bench.until(() => failuresOf(bench).length > 0, 66 * SECOND);
    assert.deepEqual(failuresOf(bench).map(({ instrument }) => instrument), ["ETHUSDT"]);
  });
});

Deno.test("createBinanceFeed asks for a mark price that is silent alone again, ever more seldom, and does nothing else", async () => {
  await withUsdm({ symbols: THREE }, async (bench) => {
    await goLive(bench);
    bench.server.mute("solusdt@markPrice", 4 * MINUTE);
    await bench.advance(4 * MINUTE);
    assertCalm(bench);
    assert.ok(bench.sent.every(({ params }) => params.join() === "solusdt@markPrice"));
    // After 9 s, and 30, 60 and 120 s after that.
    assert.equal(bench.sent.length, 2 * 4);
    assert.deepEqual(bench.feed.snapshot().streams.map(({ resubscribes }) => resubscribes), [
      ...[0, 0, 0],
    ]);
    // The others count for the socket all the while.
    bench.server.strike({ kind: "silence", durationMs: MINUTE });
    await bench.until(() => bench.feed.snapshot().state !== "live", 10_500);
  });
});

Deno.test("createBinanceFeed does not rely on mark prices that stay away, until they are back", async () => {
  const options = { tradeEveryMs: 5 * SECOND, quietMinutes: { from: 2, to: 6 } };
  await withUsdm(options, async (bench) => {
    await goLive(bench);
    bench.server.mute("btcusdt@markPrice", 4 * MINUTE + 30 * SECOND);
    // Four quiet minutes in which all that comes is a kline at the end of each.
    await bench.advance(5 * MINUTE);
    assertCalm(bench);
    await bench.advance(30 * SECOND);
    bench.server.strike({ kind: "dead-streams" });
    await bench.until(() => bench.feed.snapshot().state !== "live", 10_500);
  });
});

Deno.test("createBinanceFeed gives a USD-M replacement that says nothing 15 s, in a market in which nothing trades", async () => {
  const options = { quietMinutes: { from: 1, to: 5 }, deafSockets: [2] };
  await withUsdm(options, async (bench) => {
    await goLive(bench);
    await bench.advance(MINUTE);
    bench.server.announceShutdown(40 * SECOND);
    await bench.until(() => bench.dialled.length === 2, SECOND);
    const ms = await bench.until(() => bench.dialled.length === 3, 17 * SECOND);
    assert.ok(ms > 14 * SECOND, `after ${ms} ms already`);
    await bench.advance(5 * SECOND);
    assert.equal(bench.server.stats().liveSockets, 1, "its first mark price has made it the one");
    await bench.advance(MINUTE);
    assert.deepEqual([bench.feed.snapshot().reconnects, bench.dialled.length], [0, 3]);
    assert.deepEqual(failuresOf(bench), []);
  });
});

Deno.test("createBinanceFeed follows 25 USD-M symbols on one socket whose address is short, and asks again in two frames", async () => {
  const symbols = Array.from({ length: 25 }, (_, i) => `1000${String.fromCharCode(65 + i)}USDT`);
  await withUsdm({ symbols }, async (bench) => {
    await goLive(bench);
    const [address] = bench.dialled;
    assert.equal(new URL(address!).searchParams.get("streams")!.split("/").length, 75);
    assert.ok(address!.length < 2_048, `${address!.length} characters`);
    for (const symbol of symbols.slice(1)) {
      const pair = symbol.toLowerCase();
      for (const kind of ["kline_1m", "markPrice"]) {
        bench.server.mute(`${pair}@${kind}`, MINUTE);
      }
    }
    await bench.until(() => bench.feed.snapshot().streams[1]!.resubscribes > 0, 13 * SECOND);
    await bench.advance(3 * SECOND);
    const asked = bench.sent.filter(({ method }) => method === "SUBSCRIBE");
    assert.ok(asked.length <= 3, `${asked.length} subscriptions`);
    assert.equal(new Set(asked.flatMap(({ params }) => params)).size, 3 * 24);
    const { worstMessagesPerSecond } = bench.server.stats();
    assert.ok(worstMessagesPerSecond <= 5, `${worstMessagesPerSecond} messages a second`);
    assert.deepEqual([bench.dialled.length, bench.feed.snapshot().state], [1, "live"]);
  });
});
