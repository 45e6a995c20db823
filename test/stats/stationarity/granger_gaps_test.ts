import assert from "node:assert/strict";
import { granger } from "../../../lib/stats/stationarity/granger.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { StatisticsError } from "../../../lib/stats/statistics_error.ts";
import { gaussians } from "../gaussian_pairs.ts";

const normal = gaussians(seededRandom(7));

function column(n: number): Float64Array {
  return Float64Array.from({ length: n }, normal);
}

Deno.test("granger leaves out exactly the rows whose lags reach over a gap", () => {
  const lag = 2, x = column(240);
  const y = x.map((_, t) => 0.4 * (x[t - 1] ?? 0) + normal());
  for (const t of [0, 1, 80, 81, 160]) x[t] = y[t] = NaN;
  const { nobs, fTest, hc3Test } = granger(y, x, { lag, missing: "skip" });
  // Rows 0 to 3, 80 to 83 and 160 to 162 lack a value.
  assert.equal(nobs, 240 - 4 - 4 - 3);
  assert.ok(hc3Test.pvalue < 1e-4);
  // The same regression on the rows that are whole, put together from three stretches by hand.
  const stretches = [[2, 80], [82, 160], [161, 240]] as const;
  const rss = (withX: boolean) => {
    const rows = stretches.flatMap(([from, to]) =>
      Array.from({ length: to - from - lag }, (_, i) => from + lag + i)
    );
    const design = rows.map((t) =>
      withX ? [1, y[t - 1]!, y[t - 2]!, x[t - 1]!, x[t - 2]!] : [1, y[t - 1]!, y[t - 2]!]
    );
    return residuals(design, rows.map((t) => y[t]!));
  };
  const [full, less] = [rss(true), rss(false)];
  const f = (less - full) / lag / (full / (nobs - 5));
  assert.ok(Math.abs(f / fTest.stat - 1) < 1e-9, `${f} by hand, ${fTest.stat}`);
});

Deno.test("granger without gaps is the same whether it may skip or not, and refuses a gap unless it may", () => {
  const x = column(200), y = column(200);
  assert.deepEqual(granger(y, x, { missing: "skip" }), granger(y, x));
  x[50] = NaN;
  assert.throws(() => granger(y, x), StatisticsError);
  assert.throws(() => granger(y, x, { missing: "fill" as "skip" }), /missing must be/);
  const rare = x.map((value, t) => t % 3 === 0 ? NaN : value);
  assert.throws(() => granger(y, rare, { lag: 3, missing: "skip" }), /without a gap in their lags/);
});

/** Sum of squared residuals, by the normal equations. */
function residuals(rows: readonly (readonly number[])[], target: readonly number[]): number {
  const k = rows[0]!.length;
  const m = Array.from({ length: k }, (_, i) => [
    ...Array.from({ length: k }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
    rows.reduce((sum, row, t) => sum + row[i]! * target[t]!, 0),
  ]);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      if (j === i) continue;
      const factor = m[j]![i]! / m[i]![i]!;
      for (let c = i; c <= k; c++) m[j]![c]! -= factor * m[i]![c]!;
    }
  }
  const beta = m.map((row, i) => row[k]! / row[i]!);
  return rows.reduce((sum, row, t) => {
    const fitted = row.reduce((total, value, j) => total + value * beta[j]!, 0);
    return sum + (target[t]! - fitted) ** 2;
  }, 0);
}
