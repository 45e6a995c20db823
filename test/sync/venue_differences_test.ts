import assert from "node:assert/strict";
import fc from "fast-check";
import { MINUTE } from "../../lib/model/time.ts";
import {
  closesWithin,
  differenceNumbers,
  steppedMeans,
  venueDifferences,
} from "../../lib/sync/venue_differences.ts";
import { gridOf } from "./grids.ts";

const price = fc.double({ min: 0.01, max: 1e6, noNaN: true });
/** Rows of two to five venues, some without a bar. */
const venues = fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 40 })).chain((
  [count, rows],
) =>
  fc.array(
    fc.array(
      fc.oneof({ weight: 4, arbitrary: price }, { weight: 1, arbitrary: fc.constant(NaN) }),
      {
        minLength: rows,
        maxLength: rows,
      },
    ).map((values) => Float64Array.from(values)),
    { minLength: count, maxLength: count },
  )
);

Deno.test("no difference is known where a side has no bar, and every one where both have", () => {
  fc.assert(fc.property(venues, (closes) => {
    const { basisPoints } = venueDifferences(closes, 0);
    basisPoints.forEach((column, venue) =>
      column.forEach((bp, row) => {
        const isKnown = closes[venue]![row]! > 0 && closes[0]![row]! > 0;
        assert.equal(Number.isFinite(bp), isKnown, `venue ${venue}, row ${row}`);
        if (isKnown) {
          const wanted = 1e4 * Math.log(closes[venue]![row]! / closes[0]![row]!);
          assert.ok(Math.abs(bp - wanted) <= 1e-8 * Math.max(1, Math.abs(wanted)));
        }
      })
    );
  }));
});

Deno.test("a venue changes nothing of another's differences against a third", () => {
  fc.assert(fc.property(venues, fc.nat(), fc.nat(), fc.oneof(price, fc.constant(NaN)), (
    closes,
    venue,
    at,
    value,
  ) => {
    const changed = 1 + venue % (closes.length - 1), row = at % closes[0]!.length;
    const others = closes.map((column, i) => i === changed ? column.with(row, value) : column);
    const before = venueDifferences(closes, 0).basisPoints;
    const after = venueDifferences(others, 0).basisPoints;
    before.forEach((column, i) =>
      i === changed
        ? assert.deepEqual(
          Array.from(after[i]!.keys()).filter((j) => j !== row).map((j) => after[i]![j]),
          Array.from(column.keys()).filter((j) => j !== row).map((j) => column[j]),
        )
        : assert.deepEqual(after[i], column)
    );
    if (Number.isNaN(value)) assert.ok(Number.isNaN(after[changed]![row]!));
  }));
});

Deno.test("which venue is the reference changes the sign of two venues' difference, nothing else", () => {
  fc.assert(fc.property(venues, (closes) => {
    const ofFirst = venueDifferences(closes, 0).basisPoints[1]!;
    const ofSecond = venueDifferences(closes, 1).basisPoints[0]!;
    ofFirst.forEach((bp, row) =>
      assert.ok(Object.is(bp, -ofSecond[row]!) || bp === -ofSecond[row]! || Number.isNaN(bp))
    );
  }));
});

Deno.test("the median is known in minutes that all venues have, and lies between them", () => {
  fc.assert(fc.property(venues, (closes) => {
    const { reference, basisPoints } = venueDifferences(closes, "median");
    reference.forEach((log, row) => {
      const prices = closes.map((column) => column[row]!).sort((a, b) => a - b);
      const isWhole = prices.every((one) => one > 0);
      assert.equal(Number.isFinite(log), isWhole);
      assert.ok(basisPoints.every((column) => Number.isFinite(column[row]!) === isWhole));
      if (!isWhole) return;
      const half = prices.length / 2;
      const wanted = (Math.log(prices[Math.floor(half)]!) +
        Math.log(prices[Math.ceil(half) - 1]!)) / 2;
      assert.ok(Math.abs(log - wanted) < 1e-12);
    });
  }));
});

Deno.test("closes lie at their minutes, whatever part of them a grid has", () => {
  const grid = gridOf([100, 101, "a", 103]);
  const { start } = grid;
  assert.deepEqual([...closesWithin(grid, start - 2 * MINUTE, start + 6 * MINUTE)], [
    NaN,
    NaN,
    100,
    101,
    NaN,
    103,
    NaN,
    NaN,
  ]);
  assert.deepEqual([...closesWithin(grid, start + MINUTE, start + 3 * MINUTE)], [101, NaN]);
  assert.deepEqual([...closesWithin(grid, start + 9 * MINUTE, start + 10 * MINUTE)], [NaN]);
});

Deno.test("numbers of a difference are those of its known minutes", () => {
  const { now, mean, sd, beyond, n } = differenceNumbers(Float64Array.of(1, NaN, -3, 5, NaN), 2.5);
  assert.ok(Number.isNaN(now), "the newest is unknown, not the last known");
  assert.deepEqual([mean, sd, n, beyond], [1, 4, 3, 2 / 3]);
  const none = differenceNumbers(Float64Array.of(NaN, NaN), 2.5);
  assert.equal(none.n, 0);
  for (const value of [none.now, none.mean, none.sd, none.beyond]) assert.ok(Number.isNaN(value));
});

Deno.test("steps begin at multiples of their length, so that one that is over stays as it is", () => {
  const values = Float64Array.of(1, 2, 3, NaN, NaN, NaN, NaN, NaN, 9);
  // 00:03 to 00:12
  assert.deepEqual([...steppedMeans(values, 3 * MINUTE, 5)], [1.5, 3, 9]);
  assert.deepEqual([...steppedMeans(values.subarray(2), 5 * MINUTE, 5)], [3, 9]);
  assert.deepEqual([...steppedMeans(values.subarray(3, 6), 6 * MINUTE, 5)], [NaN]);
});

Deno.test("what cannot be compared is refused by name", () => {
  const closes = [Float64Array.of(1), Float64Array.of(2)];
  assert.throws(
    () => venueDifferences(closes, 2),
    /reference must be median or from 0 to 1, got 2/,
  );
  assert.throws(() => differenceNumbers(closes[0]!, -1), /costBp must be 0 or more, got -1/);
  assert.throws(() => differenceNumbers(closes[0]!, NaN), RangeError);
});
