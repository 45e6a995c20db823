import assert from "node:assert/strict";
import type { BackfilledTrade as Trade } from "../../../lib/model/feed_event.ts";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { TradeHole } from "../../../lib/model/trade_hole.ts";
import { type Bench, START, withBench } from "../binance/harness.ts";

/** As stored: the newest trade of a run that ended so long before. */
function storedUntil(agoMs: number) {
  const minute = Math.floor((START - agoMs) / MINUTE);
  return { id: minute * 20, time: minute * MINUTE + 100 };
}

const pages = ({ venue }: Bench) =>
  venue.requests.filter(({ path }) => path.includes("historicalTrades"));

Deno.test("createBinanceFeed fetches the trades since the stored ones beside the stream, which waits for nothing", async () => {
  const last = storedUntil(3 * HOUR);
  const options = { backfillMs: HOUR, keepsTrades: true, knownTrades: () => ({ last, holes: [] }) };
  await withBench(options, async (bench) => {
    bench.venue.restAnswer = (path) =>
      path.includes("historicalTrades") ? { status: 503, text: "{}" } : undefined;
    await bench.advance(2 * MINUTE);
    assert.equal(bench.feed.snapshot().state, "live");
    const streamed = bench.of("trade").length;
    assert.ok(streamed > 30, `${streamed} trades while the past does not come`);
    assert.deepEqual(bench.of("trade-backfill").map(({ state }) => state), ["healing"]);
    bench.venue.restAnswer = () => undefined;
    const refused = pages(bench).length;
    await bench.advance(30 * SECOND);
    const [healing, ...pieces] = bench.of("trade-backfill");
    assert.ok(pieces.every(({ state }) => state === "complete"));
    assert.deepEqual(
      [pieces[0]!.from, pieces.at(-1)!.to],
      [healing!.from, healing!.to],
      "the pieces make up the whole",
    );
    const ids = pieces.flatMap(({ trades }) => trades.map(({ id }) => id));
    const first = bench.of("trade")[0]!.id;
    assert.deepEqual(ids, Array.from({ length: first - last.id - 1 }, (_, i) => last.id + 1 + i));
    const asked = pages(bench).length - refused;
    assert.ok(asked <= 5, `${asked} pages for ${ids.length} trades`);
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed lists the trades before the start that do not come within ten minutes, and why", async () => {
  const options = {
    backfillMs: HOUR,
    keepsTrades: true,
    knownTrades: () => ({ last: storedUntil(10 * MINUTE), holes: [] }),
  };
  await withBench(options, async (bench) => {
    bench.venue.restAnswer = (path) =>
      path.includes("historicalTrades")
        ? { status: 503, text: '{"code":-1001,"msg":"Internal error."}' }
        : undefined;
    await bench.advance(11 * MINUTE);
    const last = bench.of("trade-backfill").at(-1)!;
    assert.equal(last.state, "missing");
    assert.match(last.reason, /^not to be had within 10 min: .*HTTP 503/);
    const asked = pages(bench).length;
    await bench.advance(5 * MINUTE);
    assert.equal(pages(bench).length, asked, "it is not asked for again");
  });
});

Deno.test("createBinanceFeed asks for trades of before the start only with two fifths of the weight", async () => {
  const options = {
    backfillMs: HOUR,
    keepsTrades: true,
    knownTrades: () => ({ last: storedUntil(10 * HOUR), holes: [] }),
  };
  await withBench(options, async (bench) => {
    bench.venue.usedWeight = 2_390;
    await bench.advance(3 * MINUTE);
    assert.ok(pages(bench).length <= 1, `${pages(bench).length} pages`);
    bench.venue.usedWeight = 100;
    await bench.advance(2 * MINUTE);
    assert.equal(bench.of("trade-backfill").at(-1)!.to, bench.of("trade-backfill")[0]!.to);
  });
});

Deno.test("createBinanceFeed asks for no past trades where the store goes up to the stream", async () => {
  let first = NaN;
  const options = {
    backfillMs: HOUR,
    keepsTrades: true,
    knownTrades: () => ({ last: { id: first - 1, time: START }, holes: [] }),
  };
  await withBench({ ...options, knownTrades: () => undefined }, async (bench) => {
    await bench.advance(MINUTE);
    first = bench.of("trade")[0]!.id;
  });
  await withBench(options, async (bench) => {
    await bench.advance(MINUTE);
    assert.equal(bench.of("trade")[0]!.id, first);
    assert.deepEqual([bench.of("trade-backfill"), pages(bench)], [[], []]);
  });
});

Deno.test("createBinanceFeed fetches what a store has lost within the run, whether anything was stored before or not", async () => {
  let lost: readonly TradeHole[] = [];
  const options = {
    backfillMs: HOUR,
    keepsTrades: true,
    lostTrades: () => {
      const holes = lost;
      lost = [];
      return holes;
    },
  };
  await withBench(options, async (bench) => {
    await bench.advance(3 * MINUTE);
    assert.deepEqual(bench.of("trade-backfill"), []);
    const [first, ...more] = bench.of("trade");
    const next = more[30]!;
    lost = [{ fromId: first!.id + 1, toId: next.id, since: first!.time, until: next.time }];
    await bench.advance(10 * SECOND);
    const [healing, ...pieces] = bench.of("trade-backfill");
    assert.deepEqual([healing?.state, healing?.from], ["healing", first!.time]);
    assert.ok(pieces.every(({ state }) => state === "complete"));
    const known = ({ id, time, price, size, side }: Trade) => [id, time, price, size, side];
    assert.deepEqual(
      pieces.flatMap(({ trades }) => trades.map(known)),
      more.slice(0, 30).map(known),
      "as they were sent",
    );
  });
});
