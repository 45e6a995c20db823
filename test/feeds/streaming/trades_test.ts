import assert from "node:assert/strict";
import { floorTo, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { type Bench, withBench } from "../binance/harness.ts";
import { pause, truth, withRun } from "../binance/venue_run.ts";

const KEPT = { backfillMs: HOUR, keepsTrades: true };

/** Loses each trade frame with that probability; the same ones every time. */
function lossy(part: number): (frame: string) => string[] {
  let state = 11;
  return (frame) => {
    if (!frame.includes('@trade"')) return [frame];
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 < part ? [] : [frame];
  };
}

/** Every trade from the first emitted to the newest: each once, in the order of ids, as the venue made it. */
function assertTape({ venue, of }: Bench, symbol = "BTCUSDT"): number {
  const trades = of("trade").filter(({ instrument }) => instrument === symbol);
  const first = trades[0]!.id;
  for (const [i, { id, time, price, size, side }] of trades.entries()) {
    assert.equal(id, first + i, "an id is missing, doubled or out of order");
    const real = venue.trades(symbol, floorTo(time, MINUTE)).find((one) => one.id === id)!;
    assert.deepEqual(
      [time, price, size, side],
      [real.time, real.cents / 100, real.size / 1e5, "sell"],
    );
  }
  return trades.length;
}

Deno.test("createBinanceFeed emits every trade once and in order though a fifth of them are lost", async () => {
  await withBench(KEPT, async (bench) => {
    bench.venue.mangle = lossy(0.2);
    await bench.advance(6 * MINUTE);
    bench.venue.mangle = (frame) => [frame];
    await bench.advance(20 * SECOND);
    assert.ok(assertTape(bench) >= 115, `${assertTape(bench)} trades`);
    const { trades } = bench.feed.snapshot().streams[0]!;
    assert.deepEqual([trades!.ranges.length, trades!.holes], [1, []]);
    assert.ok(trades!.healed >= 15, `${trades!.healed} from history`);
    const [gaps, heals] = [bench.of("trade-gap"), bench.of("trade-heal")];
    assert.ok(gaps.length >= 10);
    assert.equal(heals.length, gaps.length);
    assert.equal(heals.reduce((sum, { missing }) => sum + missing, 0), 0);
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed fetches the trades of an outage by id before it goes on, and none while it need not", async () => {
  await withBench(KEPT, async (bench) => {
    await bench.advance(2 * MINUTE);
    const asked = () =>
      bench.venue.requests.filter(({ path }) => path.includes("historicalTrades")).length;
    assert.equal(asked(), 0, "nothing is missing");
    for (let cut = 0; cut < 3; cut++) {
      bench.venue.dialAnswer = () => 503;
      bench.venue.drop();
      await bench.advance(3 * MINUTE);
      bench.venue.dialAnswer = () => "open";
      await bench.advance(2 * MINUTE);
    }
    await bench.advance(20 * SECOND);
    assert.ok(assertTape(bench) >= 16 * 20, `${assertTape(bench)} trades in 17 minutes`);
    assert.ok(asked() >= 3 && asked() <= 9, `${asked()} pages`);
    assert.equal(bench.of("trade-heal").length, 3);
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed keeps minutes and newer trades going where lost trades are not to be had, and says why", async () => {
  await withBench(KEPT, async (bench) => {
    await bench.advance(2 * MINUTE);
    bench.venue.restAnswer = (path) =>
      path.includes("historicalTrades")
        ? { status: 503, text: '{"code":-1001,"msg":"Internal error."}' }
        : undefined;
    bench.venue.mangle = lossy(1);
    await bench.advance(MINUTE);
    bench.venue.mangle = (frame) => [frame];
    await bench.advance(8 * MINUTE);
    const before = bench.of("trade").length;
    assert.ok(before < 60, "trades behind the gap are held back");
    assert.equal(bench.feed.snapshot().state, "live");
    assert.ok(bench.of("forming").length > 100, "the forming minute goes on");
    await bench.advance(4 * MINUTE);
    const { trades } = bench.feed.snapshot().streams[0]!;
    assert.equal(trades!.ranges.length, 2);
    const [hole] = trades!.holes;
    assert.ok(trades!.holes.length === 1 && hole!.toId - hole!.fromId >= 15);
    assert.match(hole!.reason, /not to be had within 10 min: .*trouble of its own \(HTTP 503/);
    const [heal] = bench.of("trade-heal");
    assert.deepEqual([heal!.filled, heal!.missing], [0, hole!.toId - hole!.fromId]);
    const ids = bench.of("trade").map(({ id }) => id);
    assert.ok(ids.every((id, i) => i === 0 || id > ids[i - 1]!), "in order all the same");
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed lists trades that are older than the venue's history, and joins what it has", async () => {
  await withBench(KEPT, async (bench) => {
    await bench.advance(2 * MINUTE);
    const last = bench.of("trade").at(-1)!.id;
    bench.venue.dialAnswer = () => 503;
    bench.venue.drop();
    await bench.advance(5 * MINUTE);
    bench.venue.oldestTrade = last + 30;
    bench.venue.dialAnswer = () => "open";
    await bench.advance(2 * MINUTE);
    const { trades } = bench.feed.snapshot().streams[0]!;
    assert.deepEqual(trades!.holes, [
      { fromId: last + 1, toId: last + 30, reason: "the venue's history does not have them" },
    ]);
    const ids = bench.of("trade").map(({ id }) => id).filter((id) => id > last);
    assert.deepEqual(ids, ids.map((_, i) => last + 30 + i));
  });
});

Deno.test("createBinanceFeed asks for trades only with the half of the weight that minutes leave", async () => {
  await withBench(KEPT, async (bench) => {
    await bench.advance(2 * MINUTE);
    // The venue counts 2,990 of its 6,000 for this address: another page of trades would pass the half.
    bench.venue.usedWeight = 2_990;
    bench.venue.mangle = lossy(0.5);
    await bench.advance(MINUTE);
    bench.venue.mangle = (frame) => [frame];
    await bench.advance(3 * MINUTE);
    const pages = bench.venue.requests.filter(({ path }) => path.includes("historicalTrades"));
    assert.ok(pages.length <= 1, `${pages.length} pages, although the weight was known`);
    assert.ok(bench.assertTruth("BTCUSDT") > 60, "minutes are healed and closed meanwhile");
    bench.venue.usedWeight = 100;
    await bench.advance(2 * MINUTE);
    assert.ok(assertTape(bench) > 100);
  });
});

Deno.test("createBinanceFeed passes trades on as they come where they are not kept", async () => {
  await withBench({ backfillMs: HOUR }, async (bench) => {
    bench.venue.mangle = lossy(0.2);
    await bench.advance(4 * MINUTE);
    assert.ok(bench.of("trade").length > 50);
    assert.equal(bench.venue.requests.some(({ path }) => path.includes("rades")), false);
    assert.deepEqual([bench.of("trade-gap"), bench.feed.snapshot().streams[0]!.trades], [
      [],
      undefined,
    ]);
  });
});

for (const market of ["spot", "usdm"] as const) {
  Deno.test(`createBinanceFeed keeps every ${market} trade through the faults of a real server`, async () => {
    const options = { market, speed: 60, backfillMs: HOUR, keepsTrades: true };
    const stream = market === "spot" ? "btcusdt@trade" : "btcusdt@aggTrade";
    await withRun(options, async ({ server, feed, events, until }) => {
      await until(() => feed.snapshot().state === "live", 6_000);
      const tradesNow = () => events.flatMap((event) => event.kind === "trade" ? [event] : []);
      await until(() => tradesNow().length > 30, 6_000);
      for (let cut = 0; cut < 2; cut++) {
        server.drop();
        await pause(300);
        server.mute(stream, 20 * SECOND);
        await pause(700);
      }
      const mark = tradesNow().length;
      await until(() => tradesNow().length > mark + 25, 9_000);
      const trades = tradesNow();
      const first = trades[0]!.id;
      for (const [i, { id, time, price, size, side }] of trades.entries()) {
        assert.equal(id, first + i);
        const real = truth.trades("BTCUSDT", floorTo(time, MINUTE)).find((one) => one.id === id)!;
        const taker = real.buyerIsMaker ? "sell" : "buy";
        assert.deepEqual([time, price, size, side], [real.time, real.price, real.size, taker]);
      }
      const coverage = feed.snapshot().streams[0]!.trades!;
      assert.deepEqual([coverage.ranges.length, coverage.holes], [1, []]);
      assert.ok(coverage.healed > 0, "nothing was lost");
      assert.deepEqual(server.stats().violations, []);
    });
  });
}
