import assert from "node:assert/strict";
import fc from "fast-check";
import { decimalsOf, packBars, type PageBar, unpackBars } from "../../lib/charts/packed_bars.ts";
import { MINUTE } from "../../lib/model/time.ts";

const START = Date.UTC(2025, 11, 1, 14, 30);

/** Bars on a tick grid, with some minutes left out. */
const bars: fc.Arbitrary<PageBar[]> = fc.integer({ min: 0, max: 8 }).chain((decimals) => {
  const price = fc.integer({ min: 1, max: 9_999_999 }).map((ticks) => ticks / 10 ** decimals);
  const bar = fc.record({
    skip: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3_000 })),
    prices: fc.tuple(price, price, price, price),
    volume: fc.double({ min: 0, max: 1e6, noNaN: true }),
  });
  return fc.array(bar, { maxLength: 40 }).map((rows) => {
    let openTime = START;
    return rows.map(({ skip, prices, volume }) => {
      openTime += skip * MINUTE;
      const [open, close] = prices;
      return { openTime, open, close, high: Math.max(...prices), low: Math.min(...prices), volume };
    });
  });
});

Deno.test("unpackBars gives back what packBars took: times and prices to the last bit", () => {
  fc.assert(fc.property(bars, (bars) => {
    const travelled = JSON.parse(JSON.stringify(packBars(bars)));
    const back = unpackBars(travelled);
    assert.deepEqual(
      back,
      bars.map((bar) => ({ ...bar, volume: Number(bar.volume.toPrecision(6)) })),
    );
  }));
});

Deno.test("packBars keeps other steps than a minute", () => {
  const row = { open: 1, high: 2, low: 0.5, close: 1.5, volume: 3 };
  const bars = [0, 1, 5].map((i) => ({ openTime: i * 5_000, ...row }));
  const packed = packBars(bars, { stepMs: 5_000 });
  assert.deepEqual(packed.gaps, [[2, 4]]);
  assert.deepEqual(unpackBars(packed), bars);
});

Deno.test("packBars refuses bars that are out of order, repeated, or off the grid", () => {
  const row = { open: 1, high: 1, low: 1, close: 1, volume: 1 };
  for (const second of [START, START - MINUTE, START + 1_000]) {
    const bars = [{ openTime: START, ...row }, { openTime: second, ...row }];
    assert.throws(
      () => packBars(bars),
      (error) => error instanceof RangeError && error.message.includes(`then ${second}`),
    );
  }
});

Deno.test("decimalsOf finds the fewest decimals, at most eight", () => {
  assert.equal(decimalsOf([]), 0);
  assert.equal(decimalsOf([6_012.25, 6_012.5]), 2);
  assert.equal(decimalsOf([65_000, 0.1]), 1);
  assert.equal(decimalsOf([1e-8]), 8);
  assert.equal(decimalsOf([1 / 3]), 8);
});
