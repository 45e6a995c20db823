import assert from "node:assert/strict";
import fc from "fast-check";
import { FormingBar, type NumberedTrade } from "../../lib/bars/forming.ts";
import type { Bar } from "../../lib/model/bar.ts";
import { floorTo, MINUTE } from "../../lib/model/time.ts";

/** The venue's bar of the given trades, all of one minute. */
function venueBar(trades: readonly NumberedTrade[], closed: boolean): Bar {
  const prices = trades.map((t) => t.price);
  return {
    openTime: floorTo(trades[0]!.time, MINUTE),
    open: prices[0]!,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1)!,
    volume: trades.reduce((sum, t) => sum + t.size, 0),
    trades: trades.length,
    closed,
    revision: 0,
    source: "simulated",
  };
}

const trade = (sequence: number, time: number, price: number): NumberedTrade => ({
  sequence,
  time,
  price,
  size: 1,
});
const first = [trade(1, 1_000, 10), trade(2, 2_000, 12), trade(3, 3_000, 9)];

Deno.test("FormingBar equals the venue's bar of all trades seen, however bars and trades interleave", () => {
  const prices = fc.array(fc.integer({ min: 1, max: 50 }), {
    minLength: 2,
    maxLength: 40,
    size: "max",
  });
  // For each trade, how many trades back a venue bar comes that was made then; -1: none comes.
  const bars = fc.infiniteStream(fc.integer({ min: -1, max: 4 }));
  fc.assert(fc.property(prices, bars, (prices, bars) => {
    const trades = prices.map((price, i) => trade(100 + i, 4_000 * i, price));
    const forming = new FormingBar();
    forming.take(venueBar(trades.slice(0, 1), false), 100);
    for (let i = 1; i < trades.length; i++) {
      const t = trades[i]!, minute = floorTo(t.time, MINUTE);
      const inMinute = trades.slice(0, i + 1).filter((u) => floorTo(u.time, MINUTE) === minute);
      forming.trade(t);
      const back = bars.next().value!;
      const held = inMinute.slice(0, inMinute.length - Math.max(0, back));
      if (back >= 0 && held.length > 0) {
        forming.take(venueBar(held, false), held.at(-1)!.sequence);
      }
      const expected = venueBar(inMinute, false);
      const { vwap: _, ...rest } = forming.bar!;
      assert.deepEqual(rest, expected);
    }
  }));
});

Deno.test("FormingBar shows nothing before the venue's first bar", () => {
  const forming = new FormingBar();
  assert.equal(forming.trade(first[0]!), undefined);
  assert.equal(forming.bar, undefined);
});

Deno.test("FormingBar ends with the closed bar and begins the next minute with its first trade", () => {
  const forming = new FormingBar();
  forming.take(venueBar(first, false), 3);
  assert.equal(forming.take(venueBar(first, true), 3), undefined);
  assert.equal(forming.bar, undefined);
  assert.equal(forming.take(venueBar(first, false), 3), undefined, "a late unfinished bar");
  assert.equal(forming.trade(trade(4, 59_999, 99)), undefined, "a trade after the close");
  const next = forming.trade(trade(5, 60_001, 11))!;
  assert.deepEqual([next.openTime, next.open, next.volume, next.closed], [60_000, 11, 1, false]);
  assert.equal(forming.take(venueBar(first, true), 3), undefined, "an older minute");
  assert.equal(forming.bar, next);
});

Deno.test("FormingBar keeps trades that the bar of a new minute does not hold yet", () => {
  const forming = new FormingBar();
  forming.take(venueBar(first, false), 3);
  forming.trade(trade(4, 60_500, 11));
  const empty: Bar = { ...venueBar(first, false), openTime: 60_000, volume: 0, trades: 0 };
  const bar = forming.take({ ...empty, open: 9, high: 9, low: 9, close: 9 }, -1)!;
  assert.deepEqual([bar.close, bar.volume, bar.trades, bar.vwap], [11, 1, 1, 11]);
});

Deno.test("FormingBar never changes a bar it has given out and ignores unusable trades", () => {
  const forming = new FormingBar();
  const given = forming.take(venueBar(first, false), 3)!;
  const copy = structuredClone(given);
  forming.trade(trade(4, 5_000, 99));
  assert.deepEqual(given, copy);
  for (const price of [0, -1, NaN]) assert.equal(forming.trade(trade(5, 6_000, price)), undefined);
});
