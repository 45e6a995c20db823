import assert from "node:assert/strict";
import { exceedanceCorrelation } from "../../lib/stats/correlation/exceedance_correlation.ts";
import { tailDependence } from "../../lib/stats/correlation/tail_dependence.ts";
import { bivariateNormalSurvival } from "../../lib/stats/distributions/bivariate_normal.ts";
import { normalSurvival } from "../../lib/stats/distributions/distributions.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { ornsteinUhlenbeck } from "../../lib/stats/stationarity/ornstein_uhlenbeck.ts";
import { varianceRatio } from "../../lib/stats/stationarity/variance_ratio.ts";
import { readAnswers } from "./closeness.ts";
import { gaussians } from "./gaussian_pairs.ts";

type Three = readonly [number, number, number];
interface Evidence {
  tails: {
    x: number[];
    y: number[];
    cases: { share: number; lower: Three; upper: Three; normal: number }[];
  };
  exceedances: {
    x: number[];
    y: number[];
    cases: {
      threshold: number;
      lower: [number, number];
      upper: [number, number];
      normal: number;
    }[];
  };
  varianceRatios: {
    x: number[];
    cases: { lag: number; robust: boolean; value: number; stat: number; pvalue: number }[];
  };
  ornstein: { x: number[]; theta: number; mu: number; sigma: number; llf: number };
}
const golden = readAnswers<Evidence>("evidence.json");
const near = (actual: number, expected: number, within: number, what = "") =>
  assert.ok(
    Math.abs(actual - expected) <= within * (1 + Math.abs(expected)),
    `${what} ${actual} is not ${expected}`,
  );

Deno.test("tailDependence equals scipy's ranks, Wilson intervals and bivariate normal distribution", () => {
  const { x, y, cases } = golden.tails;
  for (const { share, lower, upper, normal } of cases) {
    const found = tailDependence(x, y, { share, level: 0.9 });
    for (const [ours, theirs] of [[found.lower, lower], [found.upper, upper]] as const) {
      [ours.value, ours.lo, ours.hi].forEach((value, i) => near(value, theirs[i]!, 1e-12));
    }
    near(found.normal, normal, 1e-7, "normal");
    assert.equal(found.pairs, 500);
  }
});

Deno.test("tailDependence is 1 for one column twice, 0 against itself, and sees order alone", () => {
  const { x, y } = golden.tails;
  const same = tailDependence(x, x.map((value) => Math.exp(value / 9)));
  assert.deepEqual([same.lower.value, same.upper.value, same.normal], [1, 1, 1]);
  const against = tailDependence(x, x.map((value) => -value));
  assert.deepEqual([against.lower.value, against.normal], [0, 0]);
  assert.deepEqual(tailDependence(x.map((v) => v ** 3), y.map(Math.atan)), tailDependence(x, y));
  const mirrored = tailDependence(x.map((v) => -v), y.map((v) => -v));
  assert.deepEqual(mirrored.lower, tailDependence(x, y).upper);
  assert.ok(Number.isNaN(tailDependence(x.slice(0, 150), y.slice(0, 150)).lower.value));
  assert.ok(Number.isNaN(tailDependence([], []).normal));
  const gaps = tailDependence([...x, NaN], [...y, 1]);
  assert.deepEqual(gaps, tailDependence(x, y));
  assert.throws(() => tailDependence(x, y, { share: 0.6 }), /share must/);
  assert.throws(() => tailDependence(x, y, { level: 1 }), /level must/);
});

Deno.test("bivariateNormalSurvival has Sheppard's quadrant and its symmetries, up to r of ±0.9999", () => {
  for (const r of [-0.9999, -0.7, 0, 0.3, 0.95, 0.9999]) {
    near(bivariateNormalSurvival(0, 0, r), 0.25 + Math.asin(r) / (2 * Math.PI), 1e-12, `r ${r}`);
    const h = 0.7, k = -0.4;
    near(bivariateNormalSurvival(h, k, r), bivariateNormalSurvival(k, h, r), 1e-13);
    const above = bivariateNormalSurvival(h, k, r) + bivariateNormalSurvival(h, -k, -r);
    near(above, normalSurvival(h), 1e-9, `margin, r ${r}`);
  }
});

Deno.test("exceedanceCorrelation equals numpy beyond each threshold and quadrature for a normal pair", () => {
  const { x, y, cases } = golden.exceedances;
  const thresholds = cases.map(({ threshold }) => threshold);
  const found = exceedanceCorrelation(x, y, { thresholds, minPairs: 3 });
  cases.forEach(({ lower, upper, normal }, i) => {
    near(found.lower[i]!, lower[0], 1e-12);
    near(found.upper[i]!, upper[0], 1e-12);
    assert.deepEqual([found.lowerN[i], found.upperN[i]], [lower[1], upper[1]]);
    near(found.normal[i]!, normal, 1e-8, "normal");
  });
  const scaled = exceedanceCorrelation(x.map((v) => 1e9 + 3 * v), y.map((v) => 1e-9 * v), {
    thresholds,
    minPairs: 3,
  });
  scaled.lower.forEach((value, i) => near(value, found.lower[i]!, 1e-6));
  assert.ok(exceedanceCorrelation(x, y, { thresholds: [9] }).lower.every(Number.isNaN));
  assert.ok(Number.isNaN(exceedanceCorrelation([], []).correlation));
  assert.throws(() => exceedanceCorrelation(x, y, { thresholds: [-1] }), /thresholds must/);
  assert.throws(() => exceedanceCorrelation(x, y, { thresholds: [] }), /thresholds must/);
  assert.throws(() => exceedanceCorrelation(x, y, { minPairs: 2 }), /minPairs must/);
});

Deno.test("varianceRatio equals arch, robust and not, at every scale and level", () => {
  const { x, cases } = golden.varianceRatios;
  for (const { lag, robust, value, stat, pvalue } of cases) {
    for (const shifted of [x, x.map((v) => 1e3 + 7 * v)]) {
      const found = varianceRatio(shifted, { lag, robust });
      near(found.value, value, 1e-9, `value at ${lag}`);
      near(found.stat, stat, 1e-8, `stat at ${lag}, robust ${robust}`);
      near(found.pvalue, pvalue, 1e-8);
    }
  }
  const tiny = varianceRatio(x.map((v) => v * 2 ** -600));
  assert.deepEqual(tiny, varianceRatio(x));
  assert.throws(() => varianceRatio(x.slice(0, 10)), { code: "too-few" });
  assert.throws(() => varianceRatio(x, { lag: 300 }), { code: "too-few" });
  assert.throws(() => varianceRatio(x.map((_, i) => 2 * i)), { code: "constant" });
  assert.throws(() => varianceRatio([...x, NaN]), { code: "missing" });
  assert.throws(() => varianceRatio(x, { lag: 1 }), /lag must/);
});

Deno.test("ornsteinUhlenbeck has the likelihood that scipy's search ends at", () => {
  const { x, theta, mu, sigma, llf } = golden.ornstein;
  const found = ornsteinUhlenbeck(x);
  near(found.llf, llf, 1e-10, "llf");
  near(found.theta, theta, 1e-5, "theta");
  near(found.mu, mu, 1e-5, "mu");
  near(found.sigma, sigma, 1e-5, "sigma");
  near(found.halfLife, Math.LN2 / found.theta, 1e-12);
  near(found.sd, found.sigma / Math.sqrt(2 * found.theta), 1e-12);
  const scaled = ornsteinUhlenbeck(x.map((v) => 1e6 + 8 * v));
  near(scaled.theta, found.theta, 1e-7);
  near(scaled.sigma, 8 * found.sigma, 1e-7);
});

Deno.test("ornsteinUhlenbeck has no speed for a spread that does not return, and says what it cannot use", () => {
  const normal = gaussians(seededRandom(3));
  const swings = Array.from({ length: 100 }, (_, i) => (i % 2) + 0.1 * normal());
  const none = ornsteinUhlenbeck(swings);
  assert.ok(none.phi < 0 && [none.theta, none.mu, none.sigma, none.halfLife].every(Number.isNaN));
  const flight = Array.from({ length: 100 }, (_, i) => 1.1 ** i + normal());
  assert.ok(Number.isNaN(ornsteinUhlenbeck(flight).sd));
  assert.throws(() => ornsteinUhlenbeck(swings.slice(0, 19)), { code: "too-few" });
  assert.throws(() => ornsteinUhlenbeck(new Float64Array(50).fill(3)), { code: "constant" });
  assert.throws(() => ornsteinUhlenbeck(swings.map((_, i) => 0.5 ** i)), { code: "perfect-fit" });
  assert.throws(() => ornsteinUhlenbeck([...swings, NaN]), { code: "missing" });
});
