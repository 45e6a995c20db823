import assert from "node:assert/strict";
import fc from "fast-check";
import { ols, type OlsResult } from "../../../lib/stats/regression/ols.ts";
import { StatisticsError, type StatisticsErrorCode } from "../../../lib/stats/statistics_error.ts";
import { farthest, type Golden, numbersOf, readAnswers } from "../closeness.ts";

interface OlsCase {
  readonly name: string;
  readonly by: "statsmodels" | "exact";
  readonly constant: boolean;
  readonly y: number[];
  readonly X: number[][];
  readonly lags: number;
  readonly [field: string]: unknown;
}

const { ols: cases } = readAnswers<{ ols: OlsCase[] }>("regression.json");

/** The table as named columns, for comparison. */
function table(fit: OlsResult, lags: number): Record<string, ArrayLike<number>> {
  const { params, bse, tvalues, pvalues, resid, hc1, hc3 } = fit;
  const hac = fit.hac(lags);
  const single = { ...fit } as unknown as Record<string, number>;
  const singles = ["rsquared", "rsquaredAdj", "fvalue", "fPvalue", "aic", "bic", "llf", "dfResid"]
    .concat("durbinWatson").map((name) => [name, [single[name]!]]);
  return {
    params,
    bse,
    tvalues,
    pvalues,
    resid,
    hc1,
    hc3,
    hac,
    hacPvalues: hac.pvalues,
    confInt: fit.confInt.flat(),
    ...Object.fromEntries(singles),
  };
}

function expected(value: unknown): Float64Array {
  return numbersOf((Array.isArray(value) ? value.flat() : [value]) as Golden);
}

for (const each of cases) {
  Deno.test(`ols gives the table of ${each.by}: ${each.name}`, () => {
    const actual = table(ols(each.y, each.X, { constant: each.constant }), each.lags);
    const level = Math.max(...each.y.map(Math.abs));
    for (const [name, values] of Object.entries(actual)) {
      if (!(name in each)) continue;
      const right = expected(each[name]);
      const size = right.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      // A number is judged against the largest of its column, residuals against the data's rounding,
      // small p-values against themselves.
      let unit = name === "resid" ? Math.max(size, level * 1e-7) : size * 1e-3;
      if (name.startsWith("rsquared")) unit = 1;
      if (name.toLowerCase().includes("pvalue")) unit = each.by === "exact" ? 0 : 1e-290;
      const error = farthest(values, right, unit);
      const tolerance = each.name === "nearly collinear" ? 1e-7 : 1e-9;
      assert.ok(error < tolerance, `${name} is off by ${error}`);
    }
  });
}

function code(act: () => unknown): StatisticsErrorCode | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof StatisticsError) return error.code;
    throw error;
  }
}

Deno.test("ols throws a typed error for designs that have no answer", () => {
  const x = [1, 2, 3, 4, 5, 6.5], y = [2, 1, 4, 3, 6, 5];
  assert.equal(code(() => ols(y, [x, [7, 7, 7, 7, 7, 7]])), "constant");
  assert.equal(code(() => ols([3, 3, 3, 3, 3, 3], [x])), "constant");
  assert.equal(code(() => ols(y, [x, x.map((v) => 3 * v - 1)])), "singular");
  assert.equal(code(() => ols(y, [x, x.map((v) => 0.1 * v + 1e9)])), "singular");
  assert.equal(code(() => ols(x.map((v) => 0.3 * v + 1e9), [x])), "perfect-fit");
  assert.equal(code(() => ols(x.map((v) => 1e-100 * (v / 3)), [x])), "perfect-fit");
  assert.equal(code(() => ols([1, 2], [[2, 1]])), "too-few");
  assert.equal(code(() => ols([1, NaN, 2, 3], [[2, 1, NaN, 4]])), "too-few");
  assert.throws(() => ols(y, [[1, 2]]), RangeError);
  assert.throws(() => ols(y, [x], { level: 1 }), RangeError);
});

Deno.test("ols leaves out rows with a missing value and keeps their place in resid", () => {
  const y = [1, 3, NaN, 2, 5, 4, 9], x = [1, 2, 3, 4, 5, Infinity, 6];
  const rows = [0, 1, 3, 4, 6];
  const fit = ols(y, x), clean = ols(rows.map((row) => y[row]!), [rows.map((row) => x[row]!)]);
  assert.deepEqual(fit.params, clean.params);
  assert.equal(fit.nobs, 5);
  assert.deepEqual(rows.map((row) => fit.resid[row]), Array.from(clean.resid));
  assert.ok(Number.isNaN(fit.resid[2]!) && Number.isNaN(fit.resid[5]!));
});

Deno.test("ols robust errors are arrays of standard errors with their t- and p-values", () => {
  const { hc1, params } = ols([1, 3, 2, 5, 4, 8], [1, 2, 3, 4, 5, 6]);
  assert.ok(hc1 instanceof Float64Array);
  assert.deepEqual(hc1.bse, Float64Array.from(hc1));
  assert.deepEqual(hc1.tvalues, params.map((value, j) => value / hc1[j]!));
  assert.ok(hc1.pvalues[1]! > 0 && hc1.pvalues[1]! < 0.05);
  assert.deepEqual(hc1.map((value) => value), hc1.bse);
});

Deno.test("ols warns of levels regressed on levels, and not of returns", () => {
  let state = 3, a = 0, b = 0;
  const next = () => (state = state * 48271 % 2147483647) / 2147483647 - 0.5;
  const steps = Array.from({ length: 400 }, () => [next(), next()] as const);
  const levels = steps.map(([da, db]) => [a += da + 0.2, b += db + 0.2] as const);
  const fit = (rows: (readonly [number, number])[]) =>
    ols(rows.map(([y]) => y), [rows.map(([, x]) => x)]);
  assert.ok(fit(levels).looksSpurious && fit(levels).pvalues[1]! < 1e-10);
  assert.ok(!fit(steps).looksSpurious);
});

Deno.test("ols slopes and t-values do not depend on level or unit", () => {
  const value = fc.integer({ min: -1000, max: 1000 });
  const rows = fc.array(fc.tuple(value, value, value), {
    minLength: 6,
    maxLength: 40,
    size: "max",
  });
  const shift = fc.integer({ min: -1e9, max: 1e9 });
  const power = fc.integer({ min: -350, max: 350 });
  fc.assert(fc.property(rows, shift, shift, power, power, (data, a, b, p, q) => {
    const [y, x, z] = [0, 1, 2].map((j) => data.map((row) => row[j as 0 | 1 | 2])) as [
      number[],
      number[],
      number[],
    ];
    let base: OlsResult;
    try {
      base = ols(y, [x, z]);
    } catch (error) {
      return error instanceof StatisticsError;
    }
    const moved = ols(y.map((v) => (v + a) * 2 ** p), [x.map((v) => (v + b) * 2 ** q), z]);
    const scaled = moved.tvalues.subarray(1);
    return farthest(scaled, base.tvalues.subarray(1), 1e-3) < 1e-9 &&
      farthest([moved.rsquared], [base.rsquared], 1e-3) < 1e-9;
  }));
});
