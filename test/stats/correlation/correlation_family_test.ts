import assert from "node:assert/strict";
import fc from "fast-check";
import { benjaminiHochberg } from "../../../lib/stats/correlation/benjamini_hochberg.ts";
import { blockLength } from "../../../lib/stats/correlation/block_length.ts";
import {
  correlationDifference,
  sharedSideDifference,
} from "../../../lib/stats/correlation/correlation_difference.ts";
import { correlationMatrix } from "../../../lib/stats/correlation/correlation_matrix.ts";
import { effectiveN } from "../../../lib/stats/correlation/effective_n.ts";
import { partialCorrelation } from "../../../lib/stats/correlation/partial_correlation.ts";
import { StatisticsError } from "../../../lib/stats/statistics_error.ts";
import {
  ewmaStandardised,
  forbesRigobon,
  volatilityAdjustedCorrelation,
} from "../../../lib/stats/correlation/volatility_adjusted.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { correlation } from "../../../lib/stats/correlation/correlation.ts";
import { distance, farthest, type Golden, numbersOf, readAnswers } from "../closeness.ts";
import { gaussians } from "../gaussian_pairs.ts";

interface Answers {
  matrices: {
    name: string;
    series: Golden[];
    corr: Golden[];
    minEigenvalue: number;
    order: number[];
    heights: Golden;
    partial: Golden[];
    partialPvalues: Golden[];
  }[];
  blocks: { phi: number; x: Golden; length: number }[];
  effective: { x: Golden; y: Golden; n: number }[];
  differences: {
    first: [number, number];
    second: [number, number];
    rows: "independent" | "nested";
    answer: [number, number];
  }[];
  sharedSide: { input: [number, number, number, number]; answer: [number, number] };
  pvalues: Golden;
  adjusted: Golden;
  returns: Golden;
  standardised: Golden;
}
const golden = readAnswers<Answers>("correlation_family.jsonl");

for (const expected of golden.matrices) {
  Deno.test(`correlationMatrix and partialCorrelation equal numpy and scipy: ${expected.name}`, () => {
    const series = expected.series.map(numbersOf);
    const matrix = correlationMatrix(series), partial = partialCorrelation(series);
    const p = series.length;
    for (let i = 0; i < p; i++) {
      assert.ok(farthest(matrix.corr[i]!, numbersOf(expected.corr[i]!), 1) < 1e-13);
      assert.ok(farthest(partial.corr[i]!, numbersOf(expected.partial[i]!), 1) < 1e-11);
      assert.ok(farthest(partial.pvalues[i]!, numbersOf(expected.partialPvalues[i]!), 0) < 1e-8);
    }
    assert.ok(distance(matrix.minEigenvalue, expected.minEigenvalue, 1) < 1e-13);
    assert.ok(matrix.isPositiveSemidefinite);
    assert.deepEqual(matrix.order, expected.order);
    const heights = matrix.linkage.steps.map((step) => step.distance);
    assert.ok(farthest(heights, numbersOf(expected.heights), 1) < 1e-13);
    assert.equal(partial.df, series[0]!.length - p);
  });
}

Deno.test("correlationMatrix lists rows and says when pairs cannot all be true", () => {
  const series = [[1, 2, 3, NaN, 5], [1, 2, 4, 4, NaN], [9, 7, 7, 1, 2]];
  const listwise = correlationMatrix(series),
    pairwise = correlationMatrix(series, { rows: "pairwise" });
  assert.deepEqual(listwise.n[0], [3, 3, 3]);
  assert.deepEqual(pairwise.n[0], [4, 3, 4]);
  // Three columns that pairwise go 1, 1 and -1 together, which no rows at all could do.
  const gap = NaN;
  const impossible = correlationMatrix(
    [[1, 2, 3, 1, 2, 3, gap, gap, gap], [1, 2, 3, gap, gap, gap, 1, 2, 3], [
      gap,
      gap,
      gap,
      1,
      2,
      3,
      3,
      2,
      1,
    ]],
    { rows: "pairwise" },
  );
  assert.ok(distance(impossible.minEigenvalue, -1, 1) < 1e-12);
  assert.equal(impossible.isPositiveSemidefinite, false);
  const flat = correlationMatrix([[1, 2, 3], [5, 5, 5]]);
  assert.ok(Number.isNaN(flat.corr[1]![1]) && flat.corr[0]![0] === 1);
  assert.ok(Number.isNaN(flat.minEigenvalue));
  assert.deepEqual(flat.order, [0, 1]);
  assert.throws(() => correlationMatrix([[1], [1, 2]]), /equally long/);
  assert.deepEqual(correlationMatrix([]).corr, []);
});

Deno.test("partialCorrelation says why there is none", () => {
  const a = [1, 2, 3, 4, 5, 7], b = [2, 1, 4, 3, 6, 5];
  const code = (series: number[][]) => {
    try {
      partialCorrelation(series);
      return undefined;
    } catch (error) {
      return error instanceof StatisticsError ? error.code : error;
    }
  };
  assert.equal(code([a, b]), undefined);
  assert.equal(code([a, b, a.map((v, i) => v + b[i]!)]), "singular");
  assert.equal(code([a, b, a.map(() => 7)]), "constant");
  assert.equal(code([[1, 2], [2, 1]]), "too-few");
  assert.throws(() => partialCorrelation([a]), /at least 2 columns/);
});

Deno.test("partialCorrelation of two columns is plain correlation", () => {
  const value = fc.integer({ min: -1_000, max: 1_000 });
  const rows = fc.array(fc.tuple(value, value), { minLength: 4, maxLength: 30, size: "max" });
  fc.assert(fc.property(rows, (rows) => {
    const x = rows.map(([a]) => a), y = rows.map(([, b]) => b);
    const plain = correlation(x, y).value;
    fc.pre(Math.abs(plain) < 0.999);
    assert.ok(distance(partialCorrelation([x, y]).corr[0]![1]!, plain, 1) < 1e-12);
  }));
});

for (const { phi, x, length } of golden.blocks) {
  Deno.test(`blockLength equals arch's for an autoregression of ${phi}`, () => {
    const actual = blockLength(numbersOf(x));
    assert.ok(distance(actual, Math.max(1, length), 1) < 1e-9, `${actual} is not ${length}`);
  });
}

Deno.test("effectiveN equals numpy's sum of autocorrelations", () => {
  let least = Infinity;
  for (const { x, y, n } of golden.effective) {
    assert.ok(distance(effectiveN(numbersOf(x), numbersOf(y), { causes: "memory" }), n, 1) < 1e-12);
    least = Math.min(least, n);
  }
  assert.ok(least < 60);
});

Deno.test("correlationDifference and sharedSideDifference equal their formulas", () => {
  for (const { first, second, rows, answer } of golden.differences) {
    const [r, n] = first, [r2, n2] = second;
    const { z, pvalue, method } = correlationDifference({ r, n }, { r: r2, n: n2 }, rows);
    assert.ok(farthest([z, pvalue], answer, 0) < 1e-10);
    assert.match(method, new RegExp(rows));
  }
  const { z, pvalue } = sharedSideDifference(...golden.sharedSide.input);
  assert.ok(farthest([z, pvalue], golden.sharedSide.answer, 0) < 1e-10);
  assert.ok(Number.isNaN(correlationDifference({ r: 0, n: 3 }, { r: 0, n: 9 }, "nested").z));
  assert.throws(() => sharedSideDifference(1.1, 0, 0, 9), /within -1..1/);
});

Deno.test("benjaminiHochberg equals scipy, keeps gaps and names what is no p-value", () => {
  const adjusted = benjaminiHochberg(numbersOf(golden.pvalues));
  assert.ok(farthest(adjusted, numbersOf(golden.adjusted), 0) < 1e-13);
  assert.deepEqual([...benjaminiHochberg([NaN, 0.2])], [NaN, 0.2]);
  assert.throws(() => benjaminiHochberg([1.2]), /p-value must be/);
});

Deno.test("ewmaStandardised equals its recursion and sees nothing to come", () => {
  const returns = numbersOf(golden.returns);
  const z = ewmaStandardised(returns);
  assert.ok(farthest(z, numbersOf(golden.standardised), 1) < 1e-12);
  assert.deepEqual(ewmaStandardised(returns.subarray(0, 40)), z.slice(0, 40));
  assert.deepEqual([...ewmaStandardised([0, 0, 1, NaN, 1], { warmUp: 2 })].slice(2, 4), [NaN, NaN]);
  assert.throws(() => ewmaStandardised([1], { lambda: 1 }), /lambda must/);
  assert.throws(() => ewmaStandardised([1], { warmUp: 0 }), /warmUp must/);
});

Deno.test("volatilityAdjustedCorrelation and forbesRigobon recover the calm correlation", () => {
  const normal = gaussians(seededRandom(5));
  const n = 20_000, x = new Float64Array(n), y = new Float64Array(n);
  // y = 0.5 x + noise throughout; only x's volatility triples for one half.
  for (let i = 0; i < n; i++) {
    x[i] = normal() * (i < n / 2 ? 1 : 3);
    y[i] = 0.5 * x[i]! + normal();
  }
  const calm = correlation(x.subarray(0, n / 2), y.subarray(0, n / 2)).value;
  const stormy = correlation(x.subarray(n / 2), y.subarray(n / 2)).value;
  assert.ok(stormy > calm + 0.3);
  assert.ok(Math.abs(forbesRigobon(stormy, 9) - calm) < 0.03);
  const scale = Float64Array.from({ length: n }, (_, i) => Math.exp(2 * Math.sin(i / 300)));
  const z = x.map((v, i) => v / (i < n / 2 ? 1 : 3)), w = z.map((v) => 0.6 * v + 0.8 * normal());
  const adjusted = volatilityAdjustedCorrelation(
    z.map((v, i) => v * scale[i]!),
    w.map((v, i) => v * scale[i]!),
  );
  assert.ok(Math.abs(adjusted.value - 0.6) < 0.03, `${adjusted.value}`);
  assert.match(adjusted.method, /EWMA/);
  assert.throws(() => forbesRigobon(0.5, 0), /varianceRatio must/);
});
