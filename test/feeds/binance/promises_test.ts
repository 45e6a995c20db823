/** Promises of the Binance feed that no single part keeps alone. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import type { Bar } from "../../../lib/model/bar.ts";
import { backoffDelay } from "../../../lib/feeds/backoff.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { timeOf } from "../../../lib/wire/field_reader.ts";
import { withBench } from "./harness.ts";
import { pause, withRun } from "./venue_run.ts";

Deno.test("createBinanceFeed flags one silent stream of three within 10 s, and the others stay live", async () => {
  const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
  for (const offset of [0, 400, 800, 1_200, 1_600]) {
    await withBench({ symbols, backfillMs: 5 * MINUTE }, async (bench) => {
      const states = () => bench.feed.snapshot().streams.map(({ state }) => state);
      await bench.advance(MINUTE + offset);
      bench.venue.muted.add("ethusdt@kline_1m");
      await bench.advance(10 * SECOND);
      assert.deepEqual(states(), ["live", "stale", "live"], `${offset}`);
      assert.equal(bench.feed.snapshot().state, "live");
      // Nothing was flagged before its time either.
      const at = bench.of("failure")[0]!.receivedAt - bench.clock.now();
      assert.ok(at > -3 * SECOND, `flagged ${at} ms ago`);
      bench.venue.muted.clear();
      await bench.advance(3 * SECOND);
      assert.deepEqual(states(), ["live", "live", "live"]);
      assert.equal(bench.venue.dials, 1, "asking again was enough");
    });
  }
});

Deno.test("createBinanceFeed asks again for a trade stream that died while its klines go on, then replaces the socket", async () => {
  await withBench({ symbols: ["BTCUSDT", "ETHUSDT"] }, async (bench) => {
    const { venue, feed } = bench;
    await bench.advance(MINUTE);
    venue.muted.add("ethusdt@trade");
    await bench.advance(36 * SECOND);
    const [btc, eth] = feed.snapshot().streams;
    assert.deepEqual([btc!.error, eth!.error?.code], [undefined, "silent"]);
    assert.match(eth!.error!.message, /ethusdt@trade.*although there are trades/);
    assert.deepEqual([btc!.state, eth!.state, eth!.resubscribes], ["live", "live", 1]);
    assert.deepEqual(venue.sent.map((text) => JSON.parse(text).params), [
      ["ethusdt@trade"],
      ["ethusdt@trade"],
    ]);
    assert.equal(venue.dials, 1);
    await bench.advance(35 * SECOND);
    assert.equal(venue.dials, 2, "asking again did not help: the socket is replaced");
    venue.muted.clear();
    await bench.advance(10 * SECOND);
    assert.equal(feed.snapshot().streams[1]!.error, undefined);
    assert.equal(feed.snapshot().reconnects, 0);
    bench.assertTruth("ETHUSDT");
  });
});

Deno.test("createBinanceFeed does not take a market without trades for a dead trade stream", async () => {
  await withBench({}, async (bench) => {
    await bench.advance(MINUTE);
    let frozen: string | undefined;
    // Nothing trades any more: the kline repeats itself, as Binance's do.
    bench.venue.mangle = (frame) => {
      if (frame.includes("@trade")) return [];
      if (!frame.includes('"x":true')) frozen ??= frame;
      return frozen === undefined ? [] : [frozen];
    };
    await bench.advance(3 * MINUTE);
    assert.deepEqual(bench.venue.sent, []);
    assert.equal(bench.feed.snapshot().streams[0]!.error, undefined);
  });
});

Deno.test("createBinanceFeed asks for 48 silent streams again in two frames", async () => {
  const symbols = Array.from({ length: 25 }, (_, i) => `${String.fromCharCode(65 + i)}USDT`);
  await withBench({ symbols, backfillMs: 5 * MINUTE }, async (bench) => {
    const { venue } = bench;
    await bench.advance(30 * SECOND);
    assert.deepEqual(venue.sent, [], "50 streams stand in the address of the socket");
    for (const symbol of symbols.slice(1)) venue.muted.add(`${symbol.toLowerCase()}@kline_1m`);
    await bench.advance(13 * SECOND);
    assert.deepEqual(venue.sent.map((text) => JSON.parse(text).method), [
      "UNSUBSCRIBE",
      "SUBSCRIBE",
    ]);
    assert.equal(JSON.parse(venue.sent[1]!).params.length, 48);
  });
});

Deno.test("createBinanceFeed stays within five messages a second, pongs counted, with 25 symbols of which 24 are silent", async () => {
  const symbols = Array.from({ length: 25 }, (_, i) => `${String.fromCharCode(65 + i)}USDT`);
  const silentStreams = symbols.slice(1).flatMap((symbol) => [`${symbol.toLowerCase()}@kline_1m`]);
  const options = {
    ...{ symbols, listed: symbols, speed: 30, backfillMs: 2 * MINUTE },
    scenario: { silentStreams },
  };
  await withRun(options, async ({ server, feed, until }) => {
    await until(() => feed.snapshot().streams[1]!.resubscribes > 0, 8_000);
    await pause(700);
    const stats = server.stats();
    assert.deepEqual(stats.violations, []);
    assert.ok(stats.worstMessagesPerSecond <= 5, `${stats.worstMessagesPerSecond}`);
    assert.ok(stats.pings > 0 && stats.pings - stats.pongs <= 1, "one pong a ping");
  });
});

Deno.test("createBinanceFeed opens another replacement when the first one says nothing", async () => {
  await withBench({}, async (bench) => {
    const { venue } = bench;
    await bench.advance(MINUTE);
    venue.mutesNewLinks = true;
    venue.broadcast(JSON.stringify({ e: "serverShutdown", E: venue.now() }));
    await bench.advance(14 * SECOND);
    assert.deepEqual([venue.dials, venue.links.size], [2, 2]);
    venue.mutesNewLinks = false;
    await bench.advance(8 * SECOND);
    assert.deepEqual([venue.dials, venue.links.size], [3, 1]);
    await bench.advance(2 * MINUTE);
    assert.equal(bench.feed.snapshot().reconnects, 0);
    assert.deepEqual(bench.of("gap"), []);
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed loses and doubles nothing when the server closes 2 s after its notice, at any moment of a minute", async () => {
  for (let offset = 0; offset < 60; offset++) {
    await withBench({ backfillMs: 5 * MINUTE }, async (bench) => {
      const { venue } = bench;
      await bench.advance(MINUTE + offset * SECOND);
      const old = [...venue.links];
      venue.broadcast(JSON.stringify({ e: "serverShutdown", E: venue.now() }));
      await bench.advance(2 * SECOND);
      for (const link of old) {
        if (venue.links.delete(link)) {
          link.handlers.onEnd({ kind: "closed", code: 1001, reason: "" });
        }
      }
      await bench.advance(2 * MINUTE);
      assert.equal(bench.feed.snapshot().reconnects, 0, `${offset}`);
      assert.deepEqual(bench.of("gap"), [], `${offset}`);
      const closes = bench.of("bar").map(({ bar }) => bar.openTime);
      assert.equal(new Set(closes).size, closes.length, `${offset}: a minute closed twice`);
      assert.ok(bench.assertTruth("BTCUSDT") >= 7);
    });
  }
});

Deno.test("createBinanceFeed makes 1,000 refused attempts with full jitter, never 300 in five minutes, and comes back", async () => {
  let state = 17;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  await withBench({ random, speed: 50, backfillMs: MINUTE }, async (bench) => {
    const { venue } = bench;
    const at: number[] = [];
    venue.dialAnswer = () => {
      at.push(bench.clock.monotonic() * 50);
      return 503;
    };
    while (at.length < 1_000) await bench.advance(HOUR);
    for (let i = 0; i < at.length; i++) {
      const within = at.filter((time) => time >= at[i]! && time < at[i]! + 5 * MINUTE).length;
      assert.ok(within <= 60, `${within} attempts in five minutes`);
    }
    // Once the cap is reached: spread evenly over it, nothing beyond.
    const delays = at.slice(10).map((time, i) => time - at[i + 9]!);
    assert.ok(Math.max(...delays) <= 62 * SECOND, `${Math.max(...delays)}`);
    const tenths = Array.from(
      { length: 6 },
      (_, i) => delays.filter((delay) => delay >= i * 10_000 && delay < (i + 1) * 10_000).length,
    );
    for (const count of tenths) assert.ok(count > 110, `not spread: ${tenths}`);
    venue.dialAnswer = () => "open";
    await bench.advance(90 * SECOND);
    assert.equal(bench.feed.snapshot().state, "live");
  });
  for (let i = 0; i < 1_000; i++) {
    const delay = backoffDelay(i, random());
    assert.ok(delay >= 250 && delay <= 60_000);
  }
});

Deno.test("createBinanceFeed dials nobody while a refused upgrade asks it to wait", async () => {
  for (const [status, waitMs] of [[429, 60 * SECOND], [418, 120 * SECOND]] as const) {
    await withBench({}, async (bench) => {
      const { venue } = bench;
      venue.dialAnswer = () => status;
      await bench.advance(waitMs - SECOND);
      assert.deepEqual([venue.dials, venue.requests.length], [1, 1], `${status}`);
      venue.dialAnswer = () => "open";
      // The wait is spread by up to a quarter, so that many clients do not come back together.
      await bench.advance(waitMs / 4 + 10 * SECOND);
      assert.equal(bench.feed.snapshot().state, "live", `${status}`);
    });
  }
});

Deno.test("MinuteLedger holds the same minutes in whatever order stream and history bring them, however often", () => {
  const minutes = Array.from({ length: 12 }, (_, i) => i * MINUTE);
  const barOf = (openTime: number): Bar => ({
    ...{
      openTime,
      open: 10,
      high: 12 + openTime / MINUTE,
      low: 9,
      close: 11,
      volume: openTime / MINUTE,
    },
    ...{ closed: true, revision: 0, source: "simulated" as const },
  });
  const told = fc.record({
    openTime: fc.constantFrom(...minutes),
    origin: fc.constantFrom("stream" as const, "history" as const),
  });
  const whole = minutes.flatMap((openTime) => [{ openTime, origin: "history" as const }]);
  const orders = fc.array(told, { maxLength: 40 }).chain((some) =>
    fc.shuffledSubarray([...some, ...whole], { minLength: some.length + whole.length })
  );
  fc.assert(
    fc.property(orders, (order) => {
      const ledger = new MinuteLedger("BTCUSDT", () => true);
      ledger.start(0);
      ledger.advance(12 * MINUTE);
      const kinds = order.map(({ openTime, origin }) => ledger.offer(barOf(openTime), origin).kind);
      assert.deepEqual(ledger.bars(), minutes.map(barOf));
      assert.equal(kinds.filter((kind) => kind === "new").length, 12, "each closes once");
      assert.equal(kinds.filter((kind) => kind === "repeat").length, order.length - 12);
      assert.equal(ledger.settledTo, 12 * MINUTE);
    }),
    { numRuns: 500 },
  );
});

Deno.test("timeOf tells milliseconds from microseconds for every time from 2002 to 2100, and takes nothing between", () => {
  const from = Date.UTC(2002, 0, 1), to = Date.UTC(2100, 0, 1);
  fc.assert(
    fc.property(fc.integer({ min: from, max: to }), fc.nat(999), (ms, micro) => {
      assert.equal(timeOf(ms), ms);
      assert.equal(timeOf(ms * 1_000 + micro), ms);
      // Seconds, and nanoseconds where they are numbers at all, are neither.
      assert.ok(Number.isNaN(timeOf(Math.floor(ms / 1_000))));
      assert.ok(Number.isNaN(timeOf(ms * 1e6)));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("createBinanceFeed is whole on a venue that sends microseconds, or one and then the other", async () => {
  for (const isMixed of [false, true]) {
    await withBench({ backfillMs: 2 * HOUR }, async (bench) => {
      let frames = 0;
      const micro = (text: string) => text.replace(/\b(\d{13})\b/g, "$1000");
      // The last instant of a minute is …999 ms, and …999999 µs.
      const exact = (text: string) => micro(text).replace(/999000\b/g, "999999");
      bench.venue.mangle = (frame) => [isMixed && frames++ % 2 === 0 ? frame : exact(frame)];
      bench.venue.mangleRows = exact;
      await bench.advance(10 * MINUTE);
      assert.equal(bench.feed.snapshot().state, "live");
      assert.ok(bench.assertTruth("BTCUSDT") >= 129);
      assert.equal(bench.ledgers.get("BTCUSDT")!.coverage().revisions, 0);
      assert.deepEqual(bench.of("gap"), []);
      assert.ok(bench.of("trade").every(({ time }) => time < bench.venue.now() + DAY));
    });
  }
});

Deno.test("createBinanceFeed needs no permission but the network, to stream and to say why it cannot", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port: closedPort } = listener.addr;
  listener.close();
  const subject = new URL("subject_net_only.ts", import.meta.url).href;
  const saidAt = async (port: number) => {
    const permissions = ["--no-prompt", "--allow-net=127.0.0.1"];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", ...permissions, subject, `${port}`],
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    assert.equal(code, 0, text(stderr));
    return text(stdout);
  };
  assert.match(await saidAt(closedPort), /^(refused)+$/);
  await withRun({ speed: 10 }, async ({ server }) => {
    assert.match(await saidAt(server.port), /^(trade)+$/);
  });
});
