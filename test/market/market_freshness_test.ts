import assert from "node:assert/strict";
import type { FeedSnapshot } from "../../lib/feeds/feed.ts";
import { marketFreshness } from "../../lib/market/market_freshness.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { NOW, streamSnapshot, venueSnapshot } from "../support/feed_snapshots.ts";
import { bitcoin, futures, statusMarket } from "../support/status_market.ts";

const PAIR = ["BTCUSDT", "ES"] as const;

Deno.test("marketFreshness lets the worst instrument speak for all", () => {
  const word = (...venues: FeedSnapshot[]) => marketFreshness(statusMarket(venues), PAIR).word;
  assert.equal(word(bitcoin, futures()), "live");
  assert.equal(word(bitcoin, futures({ state: "closed" })), "part live");
  assert.equal(word(bitcoin, futures({ state: "unknown" })), "unknown");
  assert.equal(word(bitcoin, futures({}, { state: "starting", reconnects: 1 })), "catching up");
  assert.equal(word(bitcoin, futures({}, { state: "recovering", reconnects: 1 })), "stale");
  assert.equal(word(bitcoin, futures({ state: "failed" })), "failed");
  assert.equal(word(bitcoin, futures({ state: "waiting" }, { state: "connecting" })), "waiting");
});

Deno.test("marketFreshness takes the age and the time of the instrument that lags most", () => {
  const late = futures({ lastEventAgeMs: 7_000, lastBar: NOW - 5 * MINUTE });
  const { dataTime, ageMs, isStale } = marketFreshness(statusMarket([bitcoin, late]), PAIR);
  assert.deepEqual([dataTime, ageMs, isStale], [NOW - 4 * MINUTE, 7_000, false]);
  const none = futures({ lastEventAgeMs: undefined, lastBar: undefined });
  const unknown = marketFreshness(statusMarket([bitcoin, none]), PAIR);
  assert.deepEqual(
    [unknown.dataTime, unknown.ageMs],
    [NaN, undefined],
    "another's age is not its own",
  );
  const shut = futures({ state: "closed", lastEventAgeMs: 9_000_000 });
  assert.equal(
    marketFreshness(statusMarket([bitcoin, shut]), PAIR).ageMs,
    400,
    "a shut market has none",
  );
});

Deno.test("marketFreshness says whose data is overdue, what is closed, and what lacks minutes", () => {
  const down = futures({ state: "stale" });
  const part = marketFreshness(statusMarket([bitcoin, down]), ["BTCUSDT", "ES"]);
  assert.deepEqual([part.isStale, part.overdue], [true, "ES"]);
  assert.equal(part.trouble, "ES sends no data.");
  const coin = venueSnapshot({
    streams: [streamSnapshot({ instrument: "BTCUSDT", state: "stale" })],
  });
  const titled = marketFreshness(statusMarket([coin, futures()]), PAIR);
  assert.deepEqual([titled.overdue, titled.trouble], ["BTC/USDT", "BTC/USDT sends no data."]);
  assert.equal(marketFreshness(statusMarket([down]), ["ES"]).overdue, undefined, "it is all of it");
  const closed = marketFreshness(
    statusMarket([bitcoin, futures({ state: "closed" })], { missing: { BTCUSDT: 4, ES: 9 } }),
    PAIR,
  );
  assert.equal(closed.remark, "ES closed, BTC/USDT lacks 4 minutes");
  assert.equal(closed.trouble, undefined);
  const over = marketFreshness(statusMarket([bitcoin, futures()], { state: "closed" }), PAIR);
  assert.deepEqual([over.word, over.trouble], [
    "stale",
    "The market is closed; run the cell that opens it again.",
  ]);
  const source = marketFreshness(
    statusMarket([bitcoin, futures({ source: "delayed" })], { sources: { ES: "delayed" } }),
    PAIR,
  );
  assert.deepEqual([source.word, source.source], ["delayed", "delayed"]);
  const simulated = marketFreshness(
    statusMarket([bitcoin, futures({ source: "simulated", isDelayed: true })], {
      sources: { ES: "simulated" },
    }),
    PAIR,
  );
  assert.deepEqual([simulated.word, simulated.source], ["delayed", "simulated"]);
});

Deno.test("marketFreshness calls a replay finished once its recording is over, and nothing about it overdue", () => {
  const market = statusMarket([bitcoin, futures({ state: "stale" })]);
  const replayed = (isOver: boolean) =>
    marketFreshness({ ...market, replay: { isOver } } as never, PAIR);
  assert.equal(replayed(false).word, "stale");
  const { word, isStale, trouble, dataTime } = replayed(true);
  assert.deepEqual([word, isStale, trouble], ["finished", false, undefined]);
  assert.equal(dataTime, replayed(false).dataTime);
});

Deno.test("marketFreshness names one that has failed, and lets the others speak, where each is shown by itself", () => {
  const both = (failed: FeedSnapshot, options?: { areApart: boolean }) =>
    marketFreshness(statusMarket([bitcoin, failed]), PAIR, options);
  const apart = both(futures({ state: "failed" }), { areApart: true });
  assert.deepEqual([apart.word, apart.isStale, apart.remark], ["part live", false, "ES failed"]);
  assert.ok(!Number.isNaN(apart.dataTime), "the age is that of the others");
  assert.equal(both(futures({ state: "failed" })).word, "failed", "a pair needs both");
  const silent = both(futures({}, { state: "recovering", reconnects: 1 }), { areApart: true });
  assert.deepEqual([silent.word, silent.isStale], ["stale", true], "what may come back is overdue");
  const all = marketFreshness(statusMarket([futures({ state: "failed" })]), ["ES"], {
    areApart: true,
  });
  assert.equal(all.word, "failed");
});
