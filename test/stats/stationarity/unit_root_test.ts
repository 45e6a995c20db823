import assert from "node:assert/strict";
import fc from "fast-check";
import { adf, type AdfOptions } from "../../../lib/stats/stationarity/adf.ts";
import { kpss } from "../../../lib/stats/stationarity/kpss.ts";
import { mackinnonCritical, mackinnonPValue } from "../../../lib/stats/stationarity/mackinnon.ts";
import { StatisticsError } from "../../../lib/stats/statistics_error.ts";
import { distance, farthest } from "../closeness.ts";
import { answers } from "../stationarity_answers.ts";

for (const { name, x, adf: rows } of answers.unitRoots) {
  Deno.test(`adf gives statsmodels' adfuller, every regression and rule: ${name}`, () => {
    for (
      const [regression, autolag, maxLag, stat, pvalue, lag, nobs, one, five, ten, best] of rows
    ) {
      const options: AdfOptions = { regression, autolag, ...(maxLag === null ? {} : { maxLag }) };
      const which = JSON.stringify(options);
      const test = adf(x, { ...options, compat: "statsmodels" });
      if (x.length <= 20 && regression === "n" && maxLag === null) {
        // statsmodels' longest regression has a coefficient for every row there, and wins.
        assert.ok(test.nobs > test.usedLag + 1, which);
        continue;
      }
      assert.equal(test.usedLag, lag, which);
      assert.equal(test.nobs, nobs, which);
      assert.ok(distance(test.stat, stat, 1) < 1e-9, `${which}: ${test.stat}, not ${stat}`);
      assert.ok(distance(test.pvalue, pvalue, 1e-200) < 1e-7, which);
      const { critical } = test;
      assert.ok(
        farthest([critical["1%"], critical["5%"], critical["10%"]], [one, five, ten], 1) < 1e-12,
      );
      if (autolag === null) assert.ok(Number.isNaN(test.icBest));
      else assert.ok(distance(test.icBest, best as number, 1) < 1e-9, which);
    }
  });
}

Deno.test("adf does not depend on level or unit", () => {
  for (const { name, x } of answers.unitRoots) {
    for (const regression of ["c", "ct", "ctt"] as const) {
      const base = adf(x, { regression });
      const moved = [
        x.map((value) => value + 1e9),
        x.map((value) => value - 2 ** 32),
        x.map((value) => value * 2 ** 332),
        x.map((value) => value * 2 ** -332),
        x.map((value) => (value + 2 ** 33) * 2 ** -50),
      ];
      for (const series of moved) {
        const test = adf(series, { regression });
        assert.equal(test.usedLag, base.usedLag, name);
        assert.ok(distance(test.stat, base.stat, 1) < 1e-10, `${name}, ${regression}`);
      }
    }
    const base = adf(x, { regression: "n" });
    const test = adf(x.map((value) => value * 1e100), { regression: "n" });
    assert.ok(distance(test.stat, base.stat, 1) < 1e-10);
  }
});

Deno.test("adf takes a deviation of 1e-6 at a level of 1e5", () => {
  const { x } = answers.unitRoots[0]!;
  const fine = x.map((value) => 1e5 + 1e-6 * value);
  // The very doubles, with their level taken off exactly.
  const exact = fine.map((value) => (value - 1e5) * 2 ** 20);
  assert.ok(distance(adf(fine).stat, adf(exact).stat, 1) < 1e-10);
});

Deno.test("adf throws a typed error where there is nothing to test", () => {
  const noise = answers.unitRoots[2]!.x;
  for (
    const [x, options, code] of [
      [new Array(50).fill(3), {}, "constant"],
      [[...noise.slice(0, 30), NaN, ...noise.slice(30)], {}, "missing"],
      [[1, 2, 4], {}, "too-few"],
      [noise.slice(0, 20), { maxLag: 9 }, "too-few"],
      [noise.slice(0, 12), { maxLag: 5, regression: "n", autolag: null }, "too-few"],
      [Array.from({ length: 60 }, (_, t) => 5 + 0.1 * t), {}, "perfect-fit"],
      [Array.from({ length: 60 }, (_, t) => 1e9 + t), { autolag: null, maxLag: 0 }, "perfect-fit"],
      [Array.from({ length: 60 }, (_, t) => 0.9 ** t), {}, "perfect-fit"],
      [Array.from({ length: 60 }, (_, t) => t * t), { regression: "ctt", maxLag: 0 }, "singular"],
    ] as const
  ) {
    assert.throws(
      () => adf(x as number[], options),
      (error) => error instanceof StatisticsError && error.code === code,
      code,
    );
  }
  assert.throws(() => adf(noise, { maxLag: -1 }), RangeError);
  assert.throws(() => adf(noise, { autolag: "hqic" as "aic" }), RangeError);
  assert.throws(() => adf(noise, { regression: "cc" as "c" }), RangeError);
});

Deno.test("mackinnonPValue gives statsmodels' mackinnonp on all 24 surfaces", () => {
  for (const [regression, series, stat, pvalue] of answers.surfaces.p) {
    assert.ok(distance(mackinnonPValue(stat, regression, { series }), pvalue, 1e-280) < 1e-10);
  }
  assert.ok(Number.isNaN(mackinnonPValue(-3, "c", { series: 7 })));
  assert.throws(() => mackinnonPValue(-3, "c", { series: 0 }), RangeError);
});

Deno.test("mackinnonCritical differs from statsmodels in its five misprints and in nothing else", () => {
  const different = new Set<string>();
  for (const [regression, series, nobs, ...expected] of answers.surfaces.critical) {
    const values = (compat: "paper" | "statsmodels") => {
      const critical = mackinnonCritical(regression, nobs, { series, compat });
      return [critical["1%"], critical["5%"], critical["10%"]];
    };
    assert.ok(farthest(values("statsmodels"), expected, 1) < 1e-13);
    values("paper").forEach((value, i) => {
      if (Math.abs(value - expected[i]!) > 1e-12) different.add(`${regression},${series},${i}`);
    });
  }
  assert.deepEqual([...different].sort(), ["c,2,0", "c,3,1", "c,5,1", "c,7,2"]);
  // The paper's 1 % point for two series, close to a simulation of 3e6 draws (-4.542 at n = 20).
  assert.equal(mackinnonCritical("c", 19, { series: 2 })["1%"].toFixed(3), "-4.535");
});

for (const { name, x, kpss: rows } of answers.unitRoots) {
  Deno.test(`kpss gives statsmodels' kpss: ${name}`, () => {
    for (const [regression, lags, stat, pvalue, used] of rows) {
      const test = kpss(x, { regression, lags });
      assert.equal(test.lags, used);
      assert.ok(distance(test.stat, stat, 0) < 1e-10);
      assert.ok(distance(test.pvalue, pvalue, 0) < 1e-9);
      assert.equal(test.pvalueIs === "interpolated", pvalue > 0.01 && pvalue < 0.1);
      const moved = kpss(x.map((value) => (value + 2 ** 30) * 2 ** 300), { regression, lags });
      assert.ok(distance(moved.stat, test.stat, 0) < 1e-10);
    }
  });
}

Deno.test("kpss throws a typed error where there is nothing to test", () => {
  for (
    const [x, options, code] of [
      [[2, 2, 2, 2], {}, "constant"],
      [[1, 2], {}, "too-few"],
      [[1, 2, NaN, 4], {}, "missing"],
      [Array.from({ length: 30 }, (_, t) => 7 - 0.3 * t), { regression: "ct" }, "perfect-fit"],
    ] as const
  ) {
    assert.throws(() => kpss(x, options), { name: "StatisticsError", code });
  }
  assert.throws(() => kpss([1, 2, 4], { lags: 3 }), RangeError);
  assert.throws(() => kpss([1, 2, 4], { regression: "ctt" as "ct" }), RangeError);
});

Deno.test("adf of a random walk rejects at 5 % about as often as it says", () => {
  const seed = fc.sample(fc.integer({ min: 1, max: 2 ** 30 }), { seed: 1, numRuns: 1 })[0]!;
  let state = seed;
  const next = () => (state = state * 48271 % 2147483647) / 2147483647;
  let rejected = 0;
  for (let run = 0; run < 600; run++) {
    const x = new Float64Array(100);
    for (let t = 1; t < 100; t++) {
      x[t] = x[t - 1]! + next() + next() + next() - next() - next() - next();
    }
    if (adf(x, { autolag: null, maxLag: 1 }).pvalue < 0.05) rejected++;
  }
  assert.ok(rejected > 12 && rejected < 50, `${rejected} of 600`);
});
