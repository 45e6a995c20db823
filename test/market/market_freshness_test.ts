import assert from "node:assert/strict";
import type { FeedSnapshot } from "../../lib/feeds/feed.ts";
import { dataRemarks, pairRemark } from "../../lib/market/data_remarks.ts";
import { marketFreshness } from "../../lib/market/market_freshness.ts";
import type { MarketState, MarketStatus } from "../../lib/market/market_status.ts";
import type { Source } from "../../lib/model/instrument.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { NOW, streamSnapshot, venueSnapshot } from "../support/feed_snapshots.ts";

const bitcoin = venueSnapshot({ streams: [streamSnapshot({ instrument: "BTCUSDT" })] });

function futures(
  es: Parameters<typeof streamSnapshot>[0] = {},
  change: Partial<FeedSnapshot> = {},
): FeedSnapshot {
  const streams = [
    streamSnapshot({ instrument: "ES", ...es }),
    streamSnapshot({ instrument: "NQ" }),
  ];
  return venueSnapshot({ venue: "ibkr", streams, ...change });
}

function marketOf(
  venues: readonly FeedSnapshot[],
  { state = "live", sources = {}, missing = {} }: {
    state?: MarketState;
    sources?: Record<string, Source>;
    missing?: Record<string, number>;
  } = {},
) {
  const streams = Object.entries(missing)
    .map(([instrument, count]) => ({ instrument, missing: count, label: "live" }));
  return {
    status:
      () => ({ venues, state, streams, outages: [], venueTime: NOW } as unknown as MarketStatus),
    sourceOf: (id: string) => sources[id] ?? "live" as const,
  };
}

const PAIR = ["BTCUSDT", "ES"] as const;

Deno.test("marketFreshness lets the worst instrument speak for all", () => {
  const word = (...venues: FeedSnapshot[]) => marketFreshness(marketOf(venues), PAIR).word;
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
  const { dataTime, ageMs, isStale } = marketFreshness(marketOf([bitcoin, late]), PAIR);
  assert.deepEqual([dataTime, ageMs, isStale], [NOW - 4 * MINUTE, 7_000, false]);
  const none = futures({ lastEventAgeMs: undefined, lastBar: undefined });
  const unknown = marketFreshness(marketOf([bitcoin, none]), PAIR);
  assert.deepEqual(
    [unknown.dataTime, unknown.ageMs],
    [NaN, undefined],
    "another's age is not its own",
  );
  const shut = futures({ state: "closed", lastEventAgeMs: 9_000_000 });
  assert.equal(
    marketFreshness(marketOf([bitcoin, shut]), PAIR).ageMs,
    400,
    "a shut market has none",
  );
});

Deno.test("marketFreshness says whose data is overdue, what is closed, and what lacks minutes", () => {
  const down = futures({ state: "stale" });
  const part = marketFreshness(marketOf([bitcoin, down]), ["BTCUSDT", "ES"]);
  assert.deepEqual([part.isStale, part.overdue], [true, "ES"]);
  assert.equal(part.trouble, "ES sends no data.");
  assert.equal(marketFreshness(marketOf([down]), ["ES"]).overdue, undefined, "it is all of it");
  const closed = marketFreshness(
    marketOf([bitcoin, futures({ state: "closed" })], { missing: { BTCUSDT: 4, ES: 9 } }),
    PAIR,
  );
  assert.equal(closed.remark, "ES closed, BTCUSDT lacks 4 minutes");
  assert.equal(closed.trouble, undefined);
  const over = marketFreshness(marketOf([bitcoin, futures()], { state: "closed" }), PAIR);
  assert.deepEqual([over.word, over.trouble], ["stale", "The market handle is closed."]);
  const source = marketFreshness(
    marketOf([bitcoin, futures({ source: "delayed" })], { sources: { ES: "delayed" } }),
    PAIR,
  );
  assert.deepEqual([source.word, source.source], ["delayed", "delayed"]);
  const simulated = marketFreshness(
    marketOf([bitcoin, futures({ source: "simulated", isDelayed: true })], {
      sources: { ES: "simulated" },
    }),
    PAIR,
  );
  assert.deepEqual([simulated.word, simulated.source], ["delayed", "simulated"]);
});

Deno.test("dataRemarks says why a number is not of now, in the order asked for", () => {
  const market = marketOf([bitcoin, futures({ state: "closed", lastBar: NOW - 60 * MINUTE })]);
  assert.deepEqual(dataRemarks(market, ["ES", "BTCUSDT", "GC"]), [
    { word: "closed", time: NOW - 59 * MINUTE, isFault: false },
    undefined,
    undefined,
  ]);
});

Deno.test("pairRemark names the side whose newest return lags, and calls delayed data so", () => {
  const of = (es: Parameters<typeof futures>[0]) =>
    pairRemark(marketOf([bitcoin, futures(es)]), PAIR);
  const old = NOW - 10 * MINUTE;
  assert.equal(of({}), undefined);
  assert.equal(of({ state: "stale" }), undefined, "its newest return is still of now");
  assert.deepEqual(of({ state: "stale", lastBar: old }), {
    word: "ES stale",
    time: old + MINUTE,
    isFault: true,
  });
  assert.deepEqual(of({ state: "closed", lastBar: old })?.isFault, false);
  assert.equal(of({ lastBar: old })?.word, "ES late");
  assert.equal(of({ lastBar: old, source: "delayed" })?.word, "ES delayed");
});
