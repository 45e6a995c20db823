import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { binanceInstruments } from "../../../lib/feeds/binance/instruments.ts";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { type Bench, withBench } from "./harness.ts";

const LISTED = { listed: ["BTCUSDT", "ETHUSDT"], backfillMs: HOUR };

/** Follows ETHUSDT as the market does: ledger first. */
function followEther({ feed, ledgers }: Bench): void {
  if (!ledgers.has("ETHUSDT")) ledgers.set("ETHUSDT", new MinuteLedger("ETHUSDT", () => true));
  feed.follow(binanceInstruments({ symbols: ["ETHUSDT"] })[0]!);
}

const namesOf = (bench: Bench, method: string) =>
  bench.venue.sent.map((text) => JSON.parse(text)).filter((request) => request.method === method)
    .flatMap(({ params }) => params);

Deno.test("createBinanceFeed follows one more symbol on the open socket: its hour is filled and its minutes close", async () => {
  await withBench(LISTED, async (bench) => {
    await bench.advance(90 * SECOND);
    followEther(bench);
    assert.deepEqual(namesOf(bench, "SUBSCRIBE"), ["ethusdt@kline_1m", "ethusdt@trade"]);
    await bench.advance(4 * MINUTE);
    assert.ok(bench.assertTruth("ETHUSDT") >= 62);
    assert.ok(bench.assertTruth("BTCUSDT") >= 63);
    const { streams, reconnects } = bench.feed.snapshot();
    assert.deepEqual(streams.map(({ instrument, state }) => [instrument, state]), [
      ["BTCUSDT", "live"],
      ["ETHUSDT", "live"],
    ]);
    assert.deepEqual([reconnects, bench.venue.dials, bench.of("gap"), bench.of("failure")], [
      0,
      1,
      [],
      [],
    ]);
  });
});

Deno.test("createBinanceFeed asks for a symbol followed between two connections with the next", async () => {
  await withBench(LISTED, async (bench) => {
    await bench.advance(MINUTE);
    bench.venue.dialAnswer = () => 503;
    bench.venue.drop();
    await bench.advance(5 * SECOND);
    followEther(bench);
    bench.venue.dialAnswer = () => "open";
    await bench.advance(4 * MINUTE);
    assert.deepEqual(namesOf(bench, "SUBSCRIBE"), [], "they stand in the address");
    assert.ok(bench.assertTruth("ETHUSDT") >= 62);
  });
});

Deno.test("createBinanceFeed leaves a symbol: no message, request or wish for history of it is left", async () => {
  await withBench({ ...LISTED, symbols: ["BTCUSDT", "ETHUSDT"] }, async (bench) => {
    await bench.advance(2 * MINUTE);
    // It is left while its history is wanted.
    bench.venue.restAnswer = (path) => path.includes("ETHUSDT") ? { status: 503 } : undefined;
    bench.venue.drop();
    await bench.advance(90 * SECOND);
    bench.feed.unfollow("ETHUSDT");
    bench.feed.unfollow("ETHUSDT");
    assert.deepEqual(namesOf(bench, "UNSUBSCRIBE"), ["ethusdt@kline_1m", "ethusdt@trade"]);
    const since = bench.events.length;
    const asked = bench.venue.requests.length;
    await bench.advance(5 * MINUTE);
    const later = bench.events.slice(since);
    assert.deepEqual(
      later.filter((event) => "instrument" in event && event.instrument === "ETHUSDT"),
      [],
    );
    const paths = bench.venue.requests.slice(asked).map(({ path }) => path);
    assert.deepEqual(paths.filter((path) => path.includes("ETHUSDT")), []);
    const { streams, state } = bench.feed.snapshot();
    assert.deepEqual([streams.length, streams[0]!.backlog, state], [1, undefined, "live"]);
    bench.assertTruth("BTCUSDT");
    followEther(bench);
    bench.venue.restAnswer = () => undefined;
    await bench.advance(2 * MINUTE);
    bench.assertTruth("ETHUSDT");
  });
});

Deno.test("createBinanceFeed refuses to follow what it follows already, and what has no ledger", async () => {
  await withBench(LISTED, async ({ feed }) => {
    const [known, strange] = binanceInstruments({ symbols: ["BTCUSDT", "SOLUSDT"] });
    assert.throws(() => feed.follow(known!), { name: "RangeError", message: /BTCUSDT twice/ });
    assert.throws(() => feed.follow(strange!), {
      name: "RangeError",
      message: /SOLUSDT, got none/,
    });
    assert.equal(feed.snapshot().streams.length, 1);
    await Promise.resolve();
  });
});

Deno.test("createBinanceFeed opens no socket while nothing is followed, and one as soon as something is", async () => {
  await withBench({ ...LISTED, symbols: [] }, async (bench) => {
    await bench.advance(25 * HOUR);
    assert.deepEqual([bench.venue.dials, bench.of("failure")], [0, []]);
    followEther(bench);
    await bench.advance(4 * MINUTE);
    assert.deepEqual([bench.venue.dials, bench.feed.snapshot().state], [1, "live"]);
    assert.ok(bench.assertTruth("ETHUSDT") >= 62);
  });
});

Deno.test("createBinanceFeed dials for nobody after its last symbol was left, and again for the next", async () => {
  await withBench(LISTED, async (bench) => {
    await bench.advance(2 * MINUTE);
    bench.feed.unfollow("BTCUSDT");
    await bench.advance(MINUTE);
    bench.venue.drop();
    await bench.advance(25 * HOUR);
    assert.equal(bench.venue.dials, 1);
    followEther(bench);
    await bench.advance(4 * MINUTE);
    assert.deepEqual([bench.venue.dials, bench.feed.snapshot().state], [2, "live"]);
    bench.assertTruth("ETHUSDT");
  });
});

Deno.test("createBinanceFeed renews no socket without streams, and closes while it waits for some", async () => {
  await withBench(LISTED, async (bench) => {
    await bench.advance(2 * MINUTE);
    bench.feed.unfollow("BTCUSDT");
    await bench.advance(25 * HOUR);
    assert.equal(bench.venue.dials, 1);
    assert.deepEqual(bench.of("failure"), []);
  });
});
