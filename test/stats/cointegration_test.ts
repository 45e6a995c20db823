import assert from "node:assert/strict";
import { engleGranger, engleGrangerBoth } from "../../lib/stats/stationarity/engle_granger.ts";
import { granger, grangerBoth } from "../../lib/stats/stationarity/granger.ts";
import { johansen } from "../../lib/stats/stationarity/johansen.ts";
import { halfLife } from "../../lib/stats/stationarity/half_life.ts";
import { hurst } from "../../lib/stats/stationarity/hurst.ts";
import { distance, farthest, numbersOf } from "./closeness.ts";
import { ols } from "../../lib/stats/regression/ols.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { gaussians } from "./gaussian_pairs.ts";
import { revertingPair } from "./reverting_pair.ts";
import { answers } from "./stationarity_answers.ts";

for (const { name, y, X, engleGranger: rows } of answers.cointegration) {
  Deno.test(`engleGranger gives statsmodels' coint, every trend and rule: ${name}`, () => {
    for (const [trend, autolag, maxLag, stat, pvalue, ...critical] of rows) {
      const options = { trend, autolag, ...(maxLag === null ? {} : { maxLag }) };
      const test = engleGranger(y, X, { ...options, compat: "statsmodels" });
      assert.ok(
        distance(test.stat, stat, 1) < 1e-8,
        `${JSON.stringify(options)} ${test.stat} ${stat}`,
      );
      assert.ok(distance(test.pvalue, pvalue, 1e-100) < 1e-6);
      const values = [test.critical["1%"], test.critical["5%"], test.critical["10%"]];
      assert.ok(farthest(values, numbersOf(critical), 1) < 1e-12);
      if (trend === "n") continue;
      const moved = engleGranger(
        y.map((value) => (value + 2 ** 32) * 2 ** 200),
        X.map((column) => column.map((value) => (value - 2 ** 31) * 2 ** -200)),
        options,
      );
      assert.ok(distance(moved.stat, test.stat, 1) < 1e-9, "level and unit");
    }
  });
}

Deno.test("engleGranger flags a pair that is one series, and quotes the weaker direction", () => {
  const { y, X: [x] } = answers.cointegration[0]!;
  const same = engleGranger(x!.map((value) => 2 * value + 1), x!);
  assert.deepEqual([same.stat, same.pvalue, same.collinear], [-Infinity, 0, true]);
  const both = engleGrangerBoth(y, x!);
  assert.equal(both.pvalue, Math.max(both.yOnX.pvalue, both.xOnY.pvalue));
  assert.notEqual(both.yOnX.stat, both.xOnY.stat);
  assert.equal(both.yOnX.beta[0]!.toFixed(1), "1.5");
});

Deno.test("engleGranger throws a typed error for what cannot be tested", () => {
  const { y, X: [x] } = answers.cointegration[0]!;
  const flat = y.map(() => 1);
  for (
    const [a, columns, code] of [
      [flat, [x!], "constant"],
      [y, [flat], "constant"],
      [y, [x!, x!.map((value) => 3 * value)], "singular"],
      [[NaN, ...y.slice(1)], [x!], "missing"],
      [y.slice(0, 2), [x!.slice(0, 2)], "too-few"],
    ] as const
  ) {
    assert.throws(() => engleGranger(a, columns), { name: "StatisticsError", code });
  }
  assert.throws(() => engleGranger(y, [[1, 2]]), RangeError);
});

for (const { name, y, X, johansen: rows } of answers.cointegration) {
  Deno.test(`johansen gives statsmodels' coint_johansen: ${name}`, () => {
    for (const { det, lag, eig, trace, max, cvt, cvm, vectors } of rows) {
      // There statsmodels takes x_t for x_{t-1}; johansen_test.ts has what the definition gives.
      if (lag === 0) continue;
      const options = { detOrder: det, lagDiff: lag };
      const test = johansen([y, ...X], options);
      assert.ok(farthest(test.eigenvalues, eig, 1e-2) < 1e-9);
      assert.ok(farthest(test.trace, trace, 1) < 1e-9);
      assert.ok(farthest(test.maxEigen, max, 1) < 1e-9);
      assert.deepEqual(test.criticalTrace, cvt);
      assert.deepEqual(test.criticalMaxEigen, cvm);
      test.vectors.forEach((vector, i) => {
        const right = vectors[i]!, sign = Math.sign(right[0]!);
        const size = Math.max(...right.map(Math.abs));
        assert.ok(farthest(vector, right.map((value) => value * sign), size) < 1e-7);
      });
      const power = (value: number, j: number) => value * 2 ** (100 * (j - 1));
      const moved = johansen(
        [y, ...X].map((column, j) =>
          column.map((value) => power(det < 0 ? value : value + 2 ** 32, j))
        ),
        options,
      );
      assert.ok(farthest(moved.trace, test.trace, 1) < 1e-9, "level and unit");
    }
  });
}

Deno.test("johansen counts the relations of a planted system", () => {
  const { y, X } = answers.cointegration[2]!;
  assert.equal(johansen([y, ...X]).rank, 1);
  assert.equal(johansen([answers.cointegration[1]!.y, ...answers.cointegration[1]!.X]).rank, 0);
});

Deno.test("johansen throws a typed error for what cannot be tested", () => {
  const { y, X: [x] } = answers.cointegration[0]!;
  for (
    const [series, code] of [
      [[y, y.map(() => 2)], "constant"],
      [[y, y.map((value) => 1 - 2 * value)], "singular"],
      [[y.slice(0, 8), x!.slice(0, 8)], "too-few"],
      [[y, [...x!.slice(1), Infinity]], "missing"],
    ] as const
  ) {
    assert.throws(() => johansen(series), { name: "StatisticsError", code });
  }
  assert.throws(() => johansen([y, x!], { lagDiff: -1 }), RangeError);
  assert.throws(() => johansen([y, x!], { detOrder: 2 as 1 }), RangeError);
});

for (const { name, y, x, rows } of answers.granger) {
  Deno.test(`granger gives statsmodels' grangercausalitytests: ${name}`, () => {
    for (const [lag, f, fP, df, chi2, chi2P, lr, lrP] of rows) {
      const { fTest, chi2Test, lrTest } = granger(y, x, { lag });
      assert.ok(farthest([fTest.stat, chi2Test.stat, lrTest.stat], [f, chi2, lr], 1e-2) < 1e-8);
      assert.ok(
        farthest([fTest.pvalue, chi2Test.pvalue, lrTest.pvalue], [fP, chi2P, lrP], 1e-100) < 1e-7,
      );
      assert.deepEqual([fTest.df, fTest.dfDenominator], [lag, df]);
      const moved = granger(y.map((v) => (v + 2 ** 30) * 2 ** 330), x.map((v) => v * 2 ** -330), {
        lag,
      });
      assert.ok(distance(moved.fTest.stat, fTest.stat, 1e-2) < 1e-9, "level and unit");
    }
  });
}

Deno.test("granger finds the planted lag and direction, and warns of levels", () => {
  const { y, x } = answers.granger[0]!;
  const { xToY, yToX } = grangerBoth(y, x);
  assert.equal(xToY.lag, 2);
  assert.ok(xToY.fTest.pvalue < 1e-4 && yToX.fTest.pvalue > 0.05);
  assert.equal(xToY.looksLikeLevels, false);
  let level = 0;
  const walk = y.map((value) => level += value);
  assert.equal(granger(walk, x, { lag: 1 }).looksLikeLevels, true);
  const extended = granger(walk, x, { lag: 2, extraLags: 1 });
  assert.equal(extended.looksLikeLevels, null);
  assert.deepEqual([extended.fTest.df, extended.nobs], [2, y.length - 3]);
});

Deno.test("granger throws a typed error for what cannot be tested", () => {
  const { y, x } = answers.granger[0]!;
  for (
    const [a, b, code] of [
      [y, y.map(() => 0), "constant"],
      [y, y, "singular"],
      [y.slice(0, 7), x.slice(0, 7), "too-few"],
      [y, [...x.slice(1), NaN], "missing"],
      [x.map((_, t) => (x[t - 1] ?? 0) + (x[t - 2] ?? 0)), x, "perfect-fit"],
    ] as const
  ) {
    assert.throws(() => granger(a, b, { lag: 2 }), { name: "StatisticsError", code });
  }
  assert.throws(() => granger(y, x, { lag: 0 }), RangeError);
  assert.throws(() => granger(y, [1]), RangeError);
});

Deno.test("halfLife is the regression's, with the delta method's interval", () => {
  for (const { x, phi, phiSe, value, half } of answers.halfLife) {
    for (const series of [x, x.map((v) => (v + 2 ** 30) * 2 ** -300)]) {
      const result = halfLife(series, { interval: "delta" });
      assert.ok(distance(result.phi, phi, 0) < 1e-11);
      assert.ok(distance(result.phiSe, phiSe, 0) < 1e-9);
      assert.ok(distance(result.value, value === "inf" ? Infinity : value, 0) < 1e-9);
      assert.ok(distance(result.hi - result.value, half, 0) < 1e-8);
      assert.ok(result.corrected >= result.value);
    }
  }
});

Deno.test("halfLife's interval covers a planted half-life, on a known and on a fitted spread", () => {
  const normal = gaussians(seededRandom(81)), samples = 250;
  for (const phi of [0.9, 0.97, 0.995]) {
    const truth = -Math.LN2 / Math.log(phi);
    let known = 0, fitted = 0, delta = 0, low = 0;
    for (let sample = 0; sample < samples; sample++) {
      const { x, y, spread } = revertingPair(250, phi, normal);
      const covers = ({ lo, hi }: { lo: number; hi: number }) => lo <= truth && truth <= hi;
      const resid = ols(y, [x]).resid, own = halfLife(spread, { fitted: 0 });
      if (covers(own)) known++;
      if (own.corrected < truth) low++;
      if (covers(halfLife(resid, { fitted: 1 }))) fitted++;
      if (covers(halfLife(resid, { interval: "delta" }))) delta++;
      const either = halfLife(resid);
      assert.deepEqual(
        [either.lo, either.hi],
        [halfLife(resid, { fitted: 0 }).lo, halfLife(resid, { fitted: 1 }).hi],
      );
      assert.ok(own.lo <= own.corrected && own.corrected <= own.hi);
    }
    assert.ok(known >= 0.91 * samples && fitted >= 0.91 * samples, `${phi}: ${known}, ${fitted}`);
    assert.ok(delta < 0.85 * samples, `the delta method would do at ${phi}: ${delta}`);
    assert.ok(low > 0.4 * samples && low < 0.6 * samples, `corrected is below in ${low}`);
  }
});

Deno.test("halfLife says Infinity where no reversion at all is usual, and refuses bad options", () => {
  const normal = gaussians(seededRandom(3));
  let level = 0;
  const walk = Array.from({ length: 200 }, () => level += normal());
  const { lo, hi, phiCorrected } = halfLife(walk);
  assert.ok(lo > 2 && hi === Infinity && phiCorrected <= 1);
  assert.throws(() => halfLife(walk, { fitted: 5 }), /fitted must be at most 4, got 5/);
  assert.throws(() => halfLife(walk, { fitted: 0.5 }), RangeError);
  assert.throws(() => halfLife(walk, { interval: "wald" as "delta" }), /interval must be/);
});

Deno.test("halfLife skips gaps, and knows no reversion, alternation and too little", () => {
  const decay = Array.from({ length: 30 }, (_, t) => 10 + 0.5 ** (t / 3));
  assert.equal(
    halfLife([...decay, NaN, 10.75, 10.75 - 0.75 * (1 - 0.5 ** (1 / 3))]).value.toFixed(9),
    "3.000000000",
  );
  const growing = Array.from({ length: 10 }, (_, t) => 2 ** t);
  assert.equal(halfLife(growing).value, Infinity);
  assert.ok(Number.isNaN(halfLife(growing.slice(1)).value), "nine rows are too few");
  const alternating = [1, -1, 1, -1, 1.5, -1, 1, -1.2, 1, -1];
  assert.ok(Number.isNaN(halfLife(alternating).value));
  assert.ok(halfLife(alternating, { method: "linear" }).value < 0.4);
  assert.ok(Number.isNaN(halfLife(new Float64Array(20).fill(5)).value));
  assert.ok(Number.isNaN(halfLife([]).value));
  assert.throws(() => halfLife([1, 2], { level: 2 }), RangeError);
});

Deno.test("hurst gives numpy's exponents by all three methods", () => {
  for (const { x, structure, rs, rsCorrected, dfa } of answers.hurst) {
    assert.ok(distance(hurst(x).value, structure, 1) < 1e-11);
    const range = hurst(x, { method: "rescaled-range" });
    assert.ok(distance(range.value, rs, 1) < 1e-11);
    assert.ok(distance(range.corrected, rsCorrected, 1) < 1e-11);
    assert.ok(distance(hurst(x, { method: "dfa" }).value, dfa, 1) < 1e-9);
    const moved = x.map((value) => (value + 2 ** 30) * 2 ** 300);
    for (const method of ["structure-function", "dfa", "rescaled-range"] as const) {
      assert.ok(distance(hurst(moved, { method }).value, hurst(x, { method }).value, 1) < 1e-9);
    }
  }
});

Deno.test("hurst corrects R/S towards a half on a random walk, and is NaN without movement", () => {
  const walk = answers.hurst[0]!.x;
  const { value, corrected } = hurst(walk, { method: "rescaled-range" });
  assert.ok(value > 0.55 && Math.abs(corrected - 0.5) < 0.1);
  for (const method of ["structure-function", "dfa", "rescaled-range"] as const) {
    assert.ok(Number.isNaN(hurst(new Float64Array(200).fill(4), { method }).value), method);
    assert.ok(Number.isNaN(hurst([1, 2, 3], { method }).value), method);
  }
  assert.throws(() => hurst([1, NaN, 2], { method: "dfa" }), { code: "missing" });
  assert.throws(() => hurst(walk, { lags: [5, 5] }), RangeError);
});

Deno.test("johansen refuses a straight line instead of testing its rounding errors", () => {
  const { y } = answers.cointegration[0]!;
  for (const [step, offset] of [[0.1, 0], [0.3, 5], [1, 100.1], [-7.7, 0]] as const) {
    const line = Array.from(y, (_, i) => offset + i * step);
    for (const detOrder of [-1, 0, 1] as const) {
      assert.throws(() => johansen([y, line], { detOrder, lagDiff: 1 }), {
        name: "StatisticsError",
        code: "singular",
      });
    }
  }
});
