import assert from "node:assert/strict";
import { correlationMatrix } from "../../lib/stats/correlation/correlation_matrix.ts";
import { crossCorrelation } from "../../lib/stats/correlation/cross_correlation.ts";
import { fisherInterval } from "../../lib/stats/correlation/fisher.ts";
import { kendall } from "../../lib/stats/correlation/kendall.ts";
import { partialCorrelation } from "../../lib/stats/correlation/partial_correlation.ts";
import { pearson } from "../../lib/stats/correlation/pearson.ts";
import { spearman } from "../../lib/stats/correlation/spearman.ts";
import { stationaryBootstrap } from "../../lib/stats/correlation/stationary_bootstrap.ts";
import { volatilityAdjustedCorrelation } from "../../lib/stats/correlation/volatility_adjusted.ts";
import { dcc } from "../../lib/stats/dynamics/dcc.ts";
import { regimes } from "../../lib/stats/dynamics/regimes.ts";
import { huber } from "../../lib/stats/regression/huber.ts";
import { ols } from "../../lib/stats/regression/ols.ts";
import { theilSen } from "../../lib/stats/regression/theil_sen.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { adf } from "../../lib/stats/stationarity/adf.ts";
import { engleGranger } from "../../lib/stats/stationarity/engle_granger.ts";
import { granger } from "../../lib/stats/stationarity/granger.ts";
import { halfLife } from "../../lib/stats/stationarity/half_life.ts";
import { hurst } from "../../lib/stats/stationarity/hurst.ts";
import { johansen } from "../../lib/stats/stationarity/johansen.ts";
import { priceDiscovery } from "../../lib/stats/stationarity/price_discovery.ts";
import { eppsCurve } from "../../lib/stats/ticks/epps_curve.ts";
import { hayashiYoshida } from "../../lib/stats/ticks/hayashi_yoshida.ts";
import { preAveragedCovariance } from "../../lib/stats/ticks/pre_averaged_covariance.ts";
import { subsampledCovariance } from "../../lib/stats/ticks/previous_tick_covariance.ts";
import { gaussians } from "./gaussian_pairs.ts";

const normal = gaussians(seededRandom(17));
const x = Float64Array.from({ length: 600 }, () => normal());
const y = x.map((value) => 0.5 * value + normal());
const z = x.map(() => normal());
let level = 0;
const walk = x.map((value) => level += value);
const time = x.map((_, i) => 100 * i);

/** Fewest rows for an answer, by the index of analytics; below, it is NaN. */
const nanBelow: Readonly<Record<string, readonly [least: number, of: (rows: number) => number]>> = {
  pearson: [2, (n) => pearson(x.slice(0, n), y.slice(0, n), { basis: "rows" }).value],
  fisherInterval: [4, (n) => fisherInterval(0.5, n).lo],
  spearman: [3, (n) => spearman(x.slice(0, n), y.slice(0, n)).value],
  kendall: [3, (n) => kendall(x.slice(0, n), y.slice(0, n)).value],
  correlationMatrix: [3, (n) => correlationMatrix([x.slice(0, n), y.slice(0, n)]).corr[0]![1]!],
  "correlationMatrix, pairwise": [
    3,
    (n) => correlationMatrix([x.slice(0, n), y.slice(0, n)], { rows: "pairwise" }).corr[0]![1]!,
  ],
  crossCorrelation: [
    10,
    (n) => crossCorrelation(x.slice(0, n), y.slice(0, n), { maxLag: 0 }).values[0]!,
  ],
  "crossCorrelation at a lag of 3": [
    13,
    (n) => crossCorrelation(x.slice(0, n), y.slice(0, n), { maxLag: 3 }).values[6]!,
  ],
  stationaryBootstrap: [
    50,
    (n) => stationaryBootstrap(x.slice(0, n), y.slice(0, n), { replications: 20 }).lo,
  ],
  volatilityAdjustedCorrelation: [
    50, // 20 rows of warm-up and 30 pairs
    (n) => volatilityAdjustedCorrelation(x.slice(0, n), y.slice(0, n)).value,
  ],
  halfLife: [10, (n) => halfLife(x.slice(0, n).map((v, i) => v + (x[i - 1] ?? 0))).phi],
  "hurst, structure function": [100, (n) => hurst(walk.slice(0, n)).value],
  "hurst, dfa": [100, (n) => hurst(walk.slice(0, n), { method: "dfa" }).value],
  "hurst, R/S": [100, (n) => hurst(walk.slice(0, n), { method: "rescaled-range" }).corrected],
  theilSen: [2, (n) => theilSen(y.slice(0, n), x.slice(0, n)).slope],
  hayashiYoshida: [
    2,
    (n) => hayashiYoshida(time.slice(0, n), x.slice(0, n), time.slice(0, n), y.slice(0, n)).cov,
  ],
  preAveragedCovariance: [
    50,
    (n) =>
      preAveragedCovariance(time.slice(0, n), walk.slice(0, n), time.slice(0, n), walk.slice(0, n))
        .cov,
  ],
  subsampledCovariance: [
    50,
    (n) =>
      subsampledCovariance(time.slice(0, n), x.slice(0, n), time.slice(0, n), y.slice(0, n), {
        stepMs: 200,
      }).cov,
  ],
  eppsCurve: [
    50,
    (n) =>
      eppsCurve(time.slice(0, n), x.slice(0, n), time.slice(0, n), y.slice(0, n), {
        stepsMs: [200],
      }).corr[0]!,
  ],
};

for (const [name, [least, of]] of Object.entries(nanBelow)) {
  Deno.test(`${name} is a number from ${least} rows on and NaN below`, () => {
    assert.ok(Number.isFinite(of(least)), `${of(least)} with ${least} rows`);
    for (let rows = least - 1; rows >= Math.max(0, least - 3); rows--) {
      assert.ok(Number.isNaN(of(rows)), `${of(rows)} with ${rows} rows`);
    }
    assert.ok(Number.isNaN(of(1)) && Number.isNaN(of(0)));
  });
}

/** Fewest rows, where fewer are a typed error. */
const errorBelow: Readonly<
  Record<string, readonly [least: number, of: (rows: number) => unknown]>
> = {
  adf: [12, (n) => adf(walk.slice(0, n))],
  "adf with terms": [12, (n) => adf(walk.slice(0, n), { regression: "ctt" })],
  engleGranger: [20, (n) => engleGranger(walk.slice(0, n), [z.slice(0, n)])],
  johansen: [30, (n) => johansen([walk.slice(0, n), z.slice(0, n)])],
  priceDiscovery: [
    10,
    (n) => priceDiscovery([walk.slice(0, n), z.slice(0, n)], { lags: 1 }),
  ],
  "granger with one lag": [5, (n) => granger(y.slice(0, n), x.slice(0, n), { lag: 1 })],
  "granger with four lags": [14, (n) => granger(y.slice(0, n), x.slice(0, n), { lag: 4 })],
  "ols of two columns": [4, (n) => ols(y.slice(0, n), [x.slice(0, n), z.slice(0, n)])],
  "huber of one column": [4, (n) => huber(y.slice(0, n), x.slice(0, n))],
  "partialCorrelation, one held fixed": [
    5,
    (n) => partialCorrelation([x.slice(0, n), y.slice(0, n), z.slice(0, n)]),
  ],
  regimes: [200, (n) => regimes([x.slice(0, n), y.slice(0, n)], { starts: 1, maxIterations: 3 })],
  dcc: [500, (n) => dcc([x.slice(0, n), y.slice(0, n)])],
};

for (const [name, [least, of]] of Object.entries(errorBelow)) {
  Deno.test(`${name} answers from ${least} rows on and throws too-few below`, () => {
    of(least);
    for (const rows of [least - 1, least - 2, 2]) {
      if (rows >= least) continue;
      assert.throws(() => of(rows), { name: "StatisticsError", code: "too-few" }, `${rows} rows`);
    }
  });
}
