import assert from "node:assert/strict";
import fc from "fast-check";
import { correlation } from "../../../lib/stats/correlation/correlation.ts";
import {
  RollingCorrelation,
  rollingCorrelation,
} from "../../../lib/stats/rolling/rolling_correlation.ts";
import { maxError, readGolden } from "../golden.ts";

for (const { name, by, window, minPeriods, x, y, rolling } of readGolden().correlation) {
  Deno.test(`rollingCorrelation equals ${by} arithmetic: ${name}`, () => {
    const error = maxError(rollingCorrelation(x, y, { window, minPeriods }), rolling);
    assert.ok(error < 1e-12, `off by ${error}`);
  });
}

/** Small whole numbers make constant windows and ties common; NaN makes gaps. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  // Squares of spreads below 1e-150 leave the range of doubles.
  {
    weight: 2,
    arbitrary: fc.double({ min: -1, max: 1, noNaN: true }).map((v) => Math.abs(v) < 1e-100 ? 0 : v),
  },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity) },
);
const rows = fc.array(fc.tuple(value, value), { maxLength: 80 });

Deno.test("rollingCorrelation equals the two-pass correlation of every window", () => {
  fc.assert(fc.property(rows, fc.integer({ min: 1, max: 12 }), (rows, window) => {
    const x = rows.map(([a]) => a), y = rows.map(([, b]) => b);
    const minPeriods = Math.min(window, 3);
    const expected = rows.map((_, i) => {
      const from = Math.max(0, i - window + 1);
      const { value, n } = correlation(x.slice(from, i + 1), y.slice(from, i + 1));
      return n < Math.max(2, minPeriods) ? NaN : value;
    });
    assert.ok(maxError(rollingCorrelation(x, y, { window, minPeriods }), expected) < 1e-12);
  }));
});

Deno.test("RollingCorrelation.peek tells the next value and changes nothing", () => {
  fc.assert(fc.property(rows, fc.integer({ min: 2, max: 9 }), (rows, window) => {
    const pushed = new RollingCorrelation({ window, minPeriods: 2 });
    const peeked = new RollingCorrelation({ window, minPeriods: 2 });
    for (const [x, y] of rows) {
      const before = peeked.value;
      const foretold = peeked.peek(x, y);
      peeked.peek(1e9, -1e9);
      assert.ok(Object.is(peeked.value, before));
      pushed.push(x, y);
      peeked.push(x, y);
      assert.ok(Object.is(pushed.value, peeked.value));
      assert.ok(maxError([foretold], [pushed.value]) < 1e-12);
    }
  }));
});

Deno.test("RollingCorrelation does not see the level or the scale", () => {
  const { x, y } = readGolden().correlation.find((c) => c.name === "returns")!;
  const options = { window: 60, minPeriods: 30 };
  const plain = rollingCorrelation(x, y, options);
  for (const [shift, scale] of [[1e3, 1e3], [-1, 1e-3], [0, 1e100], [0, 1e-100], [0, 2 ** -40]]) {
    const moved = rollingCorrelation(
      x.map((v) => shift! + scale! * v),
      y.map((v) => -scale! * v),
      options,
    );
    assert.ok(maxError(moved.map((v) => -v), plain) < 1e-9, `shift ${shift}, scale ${scale}`);
  }
});

Deno.test("RollingCorrelation does not drift over a million rows and forgets outliers", () => {
  const window = 50;
  const running = new RollingCorrelation({ window });
  const x = (i: number) => Math.sin(i * 0.7) + (i % 997 === 0 ? 1e9 : 0) + 1e5;
  const y = (i: number) => Math.sin(i * 0.7 + 0.8) - (i % 1_499 === 0 ? 1e9 : 0) - 1e5;
  const rows = 999_990;
  for (let i = 0; i < rows; i++) running.push(x(i), y(i));
  const last = Array.from({ length: window }, (_, i) => rows - window + i);
  const expected = correlation(last.map(x), last.map(y)).value;
  assert.ok(Math.abs(running.value - expected) < 1e-13);
});

Deno.test("RollingCorrelation keeps missing rows in the window and counts pairs", () => {
  const r = new RollingCorrelation({ window: 4, minPeriods: 2 });
  const seen: [number, boolean][] = [];
  for (const [x, y] of [[1, 1], [2, 3], [NaN, 4], [3, NaN], [5, 5], [6, 7]]) {
    r.push(x!, y!);
    seen.push([r.n, Number.isNaN(r.value)]);
  }
  assert.deepEqual(seen, [[1, true], [2, false], [2, false], [2, false], [2, false], [2, false]]);
});

Deno.test("RollingCorrelation names the option that is out of range", () => {
  for (const window of [0, -1, 1.5, NaN]) {
    assert.throws(() => new RollingCorrelation({ window }), /window must be a whole number/);
  }
  for (const minPeriods of [-1, 6, 2.5]) {
    assert.throws(() => new RollingCorrelation({ window: 5, minPeriods }), /minPeriods must be/);
  }
  assert.throws(() => rollingCorrelation([1], [1, 2], { window: 2 }), /equally long/);
});

Deno.test("RollingCorrelation.copyRows gives the rows of the window back, of narrow and of wide ones", () => {
  for (const window of [1, 2, 7, 3_000]) {
    const rolling = new RollingCorrelation({ window, minPeriods: 0 });
    const length = 2 * window + 3;
    const column = (of: (row: number) => number) => Array.from({ length }, (_, row) => of(row));
    const x = column((row) => row % 5 === 3 ? NaN : row + 1), y = column((row) => -row);
    for (let row = 0; row < length; row++) {
      rolling.push(x[row]!, y[row]!);
      const isLookedAt = row < 3 || row % 997 === 0 || row >= length - 3 || window < 10;
      if (!isLookedAt) continue;
      const copyX = new Float64Array(window), copyY = new Float64Array(window);
      rolling.copyRows(copyX, copyY);
      const first = row - window + 1, missing = Math.max(0, -first);
      assert.ok(copyX.subarray(0, missing).every(Number.isNaN), `${window}, ${row}`);
      const from = Math.max(0, first);
      assert.deepEqual([...copyX.subarray(missing)], x.slice(from, row + 1));
      assert.deepEqual([...copyY.subarray(missing)], y.slice(from, row + 1));
    }
  }
});
