import assert from "node:assert/strict";
import { PastSpread, pastSpread } from "../../lib/pairs/past_spread.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";

/** The same from its definition: fit the rows before, then measure the row against their residuals. */
function byHand(y: readonly number[], x: readonly number[], row: number, window: number) {
  const rows = y.map((_, at) => at).slice(Math.max(0, row - window), row)
    .filter((at) => Number.isFinite(y[at]!) && Number.isFinite(x[at]!));
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const meanX = mean(rows.map((at) => x[at]!)), meanY = mean(rows.map((at) => y[at]!));
  let xy = 0, xx = 0;
  for (const at of rows) {
    xy += (x[at]! - meanX) * (y[at]! - meanY);
    xx += (x[at]! - meanX) ** 2;
  }
  const beta = xy / xx, alpha = meanY - beta * meanX;
  const residuals = rows.map((at) => y[at]! - beta * x[at]! - alpha);
  const middle = mean(residuals);
  const sd = Math.sqrt(
    residuals.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (residuals.length - 1),
  );
  const spread = y[row]! - beta * x[row]! - alpha;
  return { n: rows.length, beta, alpha, spread, zscore: (spread - middle) / sd };
}

function walks(length: number) {
  const random = seededRandom(7);
  const x: number[] = [], y: number[] = [];
  let level = 8;
  for (let row = 0; row < length; row++) {
    level += (random() - 0.5) / 100;
    x.push(row % 17 === 5 ? NaN : level);
    y.push(row % 23 === 9 ? NaN : 1.3 * level + 2 + (random() - 0.5) / 50);
  }
  return { x, y };
}

Deno.test("pastSpread is the fit of the rows before, and the row's distance in their deviations", () => {
  const { x, y } = walks(400);
  const found = pastSpread(y, x, { window: 60, minPeriods: 30 });
  let known = 0;
  for (let row = 0; row < y.length; row++) {
    const wanted = byHand(y, x, row, 60);
    assert.equal(found.n[row], wanted.n);
    if (wanted.n < 30) {
      assert.deepEqual([found.beta[row], found.zscore[row]], [NaN, NaN]);
      continue;
    }
    for (const name of ["beta", "alpha", "spread", "zscore"] as const) {
      const value = found[name][row]!;
      if (Number.isNaN(wanted[name])) assert.ok(Number.isNaN(value), `${name} in row ${row}`);
      else assert.ok(Math.abs(value - wanted[name]) < 1e-8, `${name} in row ${row}: ${value}`);
    }
    if (!Number.isNaN(found.zscore[row]!)) known++;
  }
  assert.ok(known > 250);
});

Deno.test("a row moves neither its own line nor its own deviation, and nothing after it counts", () => {
  const { x, y } = walks(200);
  const before = pastSpread(y, x, { window: 40, minPeriods: 20 });
  const changed = y.map((value, row) => row < 150 ? value : value + 5);
  const after = pastSpread(changed, x, { window: 40, minPeriods: 20 });
  for (let row = 0; row < 150; row++) {
    for (const name of ["n", "beta", "alpha", "spread", "zscore"] as const) {
      assert.ok(Object.is(before[name][row], after[name][row]), `${name} in row ${row}`);
    }
  }
  assert.equal(after.beta[150], before.beta[150]);
  assert.ok(after.zscore[150]! > 100);
});

Deno.test("rows on one line have a spread of nothing and no z-score; a leg that rests has neither", () => {
  const rising = Array.from({ length: 50 }, (_, row) => 1 + row / 7);
  const line = pastSpread(rising.map((value) => 2 * value + 3), rising, { window: 20 });
  assert.deepEqual([line.spread[30], line.zscore[30]], [0, NaN]);
  const resting = pastSpread(rising, rising.map(() => 4), { window: 20 });
  assert.deepEqual([resting.beta[30], resting.spread[30]], [NaN, NaN]);
});

Deno.test("PastSpread refuses windows and values that are none", () => {
  assert.throws(() => new PastSpread({ window: 0 }), RangeError);
  assert.throws(() => new PastSpread({ window: 20 }).push("1" as never, 2), TypeError);
  assert.throws(() => pastSpread([1, 2], [1], { window: 20 }), RangeError);
});
