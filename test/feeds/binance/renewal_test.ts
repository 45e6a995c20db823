import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { withBench } from "./harness.ts";

Deno.test("createBinanceFeed rolls over at 23 h with both sockets open and then recovers from a cut", async () => {
  await withBench({ speed: 600, backfillMs: HOUR }, async (bench) => {
    const { venue } = bench;
    await bench.advance(DAY);
    assert.equal(venue.dials, 2, "one renewal within 24 h");
    assert.equal(venue.mostLinks, 2, "the old socket must live until the new one delivers");
    assert.equal(venue.links.size, 1);
    assert.equal(bench.feed.snapshot().reconnects, 0, "a renewal is no reconnection");
    assert.equal(bench.feed.snapshot().state, "live");
    assert.deepEqual(bench.of("gap"), []);
    assert.ok(bench.assertTruth("BTCUSDT", 3 * MINUTE) >= DAY / MINUTE);
    venue.drop();
    await bench.advance(20 * MINUTE);
    assert.equal(bench.feed.snapshot().state, "live");
    assert.equal(bench.feed.snapshot().reconnects, 1);
    bench.assertTruth("BTCUSDT", 3 * MINUTE);
  });
});

Deno.test("createBinanceFeed answers a shutdown notice, raw or combined, with a second socket within 1 s", async () => {
  for (const isCombined of [false, true]) {
    await withBench({}, async (bench) => {
      const { venue } = bench;
      await bench.advance(3 * MINUTE);
      const [old] = [...venue.links];
      const notice = { e: "serverShutdown", E: venue.now() };
      venue.broadcast(
        JSON.stringify(isCombined ? { stream: "!serverShutdown", data: notice } : notice),
      );
      await bench.advance(SECOND);
      assert.equal(venue.dials, 2);
      await bench.advance(3 * SECOND);
      assert.equal(venue.links.size, 1);
      assert.ok(!venue.links.has(old!), "the old socket went after the new one's first data");
      await bench.advance(3 * MINUTE);
      assert.equal(bench.feed.snapshot().reconnects, 0);
      assert.deepEqual(bench.of("gap"), []);
      bench.assertTruth("BTCUSDT");
    });
  }
});

Deno.test("createBinanceFeed survives an old socket that ends before its replacement is open", async () => {
  await withBench({}, async (bench) => {
    const { venue } = bench;
    await bench.advance(MINUTE);
    venue.latencyMs = 3 * SECOND;
    venue.broadcast(JSON.stringify({ e: "serverShutdown", E: venue.now() }));
    await bench.advance(SECOND);
    venue.drop();
    await bench.advance(3 * MINUTE);
    assert.equal(bench.feed.snapshot().reconnects, 0);
    assert.equal(bench.feed.snapshot().state, "live");
    bench.assertTruth("BTCUSDT", 15 * SECOND);
  });
});

Deno.test("createBinanceFeed frees both sockets when it is closed amid a renewal", async () => {
  await withBench({}, async (bench) => {
    const { venue } = bench;
    await bench.advance(MINUTE);
    venue.latencyMs = 3 * SECOND;
    venue.broadcast(JSON.stringify({ e: "serverShutdown", E: venue.now() }));
    await bench.advance(SECOND);
    assert.equal(venue.dials, 2);
  });
});

Deno.test("createBinanceFeed keeps the old socket when its replacement fails and tries another", async () => {
  await withBench({}, async (bench) => {
    const { venue } = bench;
    await bench.advance(MINUTE);
    venue.dialAnswer = () => 503;
    venue.broadcast(JSON.stringify({ e: "serverShutdown", E: venue.now() }));
    await bench.advance(5 * SECOND);
    assert.equal(venue.links.size, 1);
    venue.dialAnswer = () => "open";
    await bench.advance(15 * SECOND);
    assert.equal(venue.dials, 3);
    await bench.advance(2 * MINUTE);
    assert.equal(bench.feed.snapshot().reconnects, 0);
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed resubscribes one silent stream of two, then replaces the socket, without losing the other", async () => {
  await withBench({ symbols: ["BTCUSDT", "ETHUSDT"] }, async (bench) => {
    const { venue } = bench;
    await bench.advance(MINUTE);
    venue.muted.add("ethusdt@kline_1m");
    await bench.advance(13 * SECOND);
    const [btc, eth] = bench.feed.snapshot().streams;
    assert.deepEqual([btc!.state, eth!.state], ["live", "stale"]);
    assert.equal(eth!.resubscribes, 1);
    assert.equal(eth!.error?.code, "silent");
    assert.deepEqual(venue.sent.map((text) => JSON.parse(text).method), [
      "UNSUBSCRIBE",
      "SUBSCRIBE",
    ]);
    assert.equal(venue.dials, 1);
    await bench.advance(20 * SECOND);
    assert.equal(venue.dials, 2, "the socket is replaced when resubscribing did not help");
    await bench.advance(10 * MINUTE);
    assert.ok(venue.dials < 8, `${venue.dials} dials: patience must grow`);
    assert.equal(bench.feed.snapshot().state, "live");
    bench.assertTruth("BTCUSDT");
    // REST goes on filling the silent one.
    bench.assertTruth("ETHUSDT", 20 * SECOND);
    venue.muted.clear();
    await bench.advance(10 * SECOND);
    assert.deepEqual(bench.feed.snapshot().streams.map(({ state }) => state), ["live", "live"]);
    assert.equal(bench.feed.snapshot().reconnects, 0);
  });
});
