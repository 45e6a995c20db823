import assert from "node:assert/strict";
import { sharpeRatio } from "../../lib/pairs/sharpe_ratio.ts";
import { performance } from "../../lib/pairs/performance.ts";
import { pastHedge } from "../../lib/pairs/past_hedge.ts";
import { pastZScore } from "../../lib/pairs/past_z_score.ts";
import { blockLength } from "../../lib/stats/correlation/block_length.ts";
import { correlationMatrix } from "../../lib/stats/correlation/correlation_matrix.ts";
import { crossCorrelation } from "../../lib/stats/correlation/cross_correlation.ts";
import { effectiveN } from "../../lib/stats/correlation/effective_n.ts";
import { correlationByHourOfWeek } from "../../lib/stats/correlation/hour_of_week.ts";
import { riskMetrics } from "../../lib/stats/rolling/risk_metrics.ts";
import { rollingStats } from "../../lib/stats/rolling/rolling_stats.ts";
import { kendall } from "../../lib/stats/correlation/kendall.ts";
import { partialCorrelation } from "../../lib/stats/correlation/partial_correlation.ts";
import { pearson } from "../../lib/stats/correlation/pearson.ts";
import { correlationBySession } from "../../lib/stats/correlation/session_correlation.ts";
import { spearman } from "../../lib/stats/correlation/spearman.ts";
import { stationaryBootstrap } from "../../lib/stats/correlation/stationary_bootstrap.ts";
import { volatilityAdjustedCorrelation } from "../../lib/stats/correlation/volatility_adjusted.ts";
import { garch } from "../../lib/stats/dynamics/garch.ts";
import { kMeans } from "../../lib/stats/dynamics/k_means.ts";
import { regimes } from "../../lib/stats/dynamics/regimes.ts";
import { huber } from "../../lib/stats/regression/huber.ts";
import { kalmanHedge } from "../../lib/stats/regression/kalman_hedge.ts";
import { ols } from "../../lib/stats/regression/ols.ts";
import { rollingOls } from "../../lib/stats/regression/rolling_ols.ts";
import { theilSen } from "../../lib/stats/regression/theil_sen.ts";
import { hedgeRatios, totalLeastSquares } from "../../lib/stats/regression/total_least_squares.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { adf } from "../../lib/stats/stationarity/adf.ts";
import { engleGranger } from "../../lib/stats/stationarity/engle_granger.ts";
import { granger } from "../../lib/stats/stationarity/granger.ts";
import { halfLife } from "../../lib/stats/stationarity/half_life.ts";
import { hurst } from "../../lib/stats/stationarity/hurst.ts";
import { johansen } from "../../lib/stats/stationarity/johansen.ts";
import { kpss } from "../../lib/stats/stationarity/kpss.ts";
import { leadLag } from "../../lib/stats/ticks/lead_lag.ts";
import { gaussians } from "./gaussian_pairs.ts";

const ROWS = 300;
const normal = gaussians(seededRandom(5));
const column = (of: (row: number) => number) =>
  Float64Array.from({ length: ROWS }, (_, t) => of(t));
const x = column(() => normal()), z = column(() => normal());
const y = x.map((value) => 0.6 * value + 0.8 * normal());
let level = 0;
const walk = column(() => level += normal()), pair = walk.map((value) => 2 * value + normal());
const time = column((row) => Date.UTC(2026, 0, 26) + row * 60_000);

/** Powers of two by which x (and the walk) and y (and its pair) are multiplied: 1e155, 1e-200, 1e300, … */
const SCALES = [
  ...[[515, 515], [-515, -515], [664, 664], [-664, -664], [996, 996], [-963, -963]],
  ...[[664, 0], [0, 664], [-664, 0], [0, -664], [664, -332], [-500, 500]],
] as const;

type Columns = Record<"x" | "y" | "walk" | "pair", Float64Array>;

function scaled([a, b]: readonly number[]): Columns {
  const by = (values: Float64Array, power: number) => values.map((value) => value * 2 ** power);
  return { x: by(x, a!), y: by(y, b!), walk: by(walk, a!), pair: by(pair, b!) };
}

/** Numbers without a unit: the same to the last bit, since a power of two rounds nothing. */
const unitless: Readonly<Record<string, (columns: Columns) => unknown>> = {
  pearson: ({ x, y }) => pearson(x, y),
  effectiveN: ({ x, y }) => effectiveN(x, y),
  blockLength: ({ walk }) => blockLength(walk),
  spearman: ({ x, y }) => spearman(x, y),
  kendall: ({ x, y }) => kendall(x, y),
  correlationMatrix: ({ x, y }) => correlationMatrix([x, y, z]).corr,
  partialCorrelation: ({ x, y }) => partialCorrelation([x, y, z]),
  crossCorrelation: ({ x, y }) => crossCorrelation(x, y, { maxLag: 3 }),
  stationaryBootstrap: ({ x, y }) => stationaryBootstrap(x, y, { replications: 20 }),
  volatilityAdjustedCorrelation: ({ x, y }) => volatilityAdjustedCorrelation(x, y),
  correlationBySession: ({ x, y }) => correlationBySession(time, x, y),
  correlationByHourOfWeek: ({ x, y }) => correlationByHourOfWeek(time, x, y),
  ols: ({ x, y }) => {
    const fit = ols(y, [x, z]);
    const { tvalues, pvalues, rsquared, rsquaredAdj, fvalue, durbinWatson, hc1 } = fit;
    return [
      tvalues,
      pvalues,
      rsquared,
      rsquaredAdj,
      fvalue,
      durbinWatson,
      hc1.tvalues,
      fit.hac(3).tvalues,
    ];
  },
  "huber weights": ({ x, y }) => huber(y, x).weights,
  adf: ({ walk }) => ({ ...adf(walk), icBest: 0 }),
  kpss: ({ walk }) => [kpss(walk), kpss(walk, { regression: "ct" })],
  engleGranger: ({ walk, pair }) => {
    const { stat, pvalue, usedLag } = engleGranger(pair, [walk]);
    return [stat, pvalue, usedLag];
  },
  johansen: ({ walk, pair }) => ({ ...johansen([pair, walk]), vectors: 0 }),
  halfLife: ({ walk }) => halfLife(walk),
  "hurst, structure function": ({ walk }) => hurst(walk).value,
  "hurst, dfa": ({ walk }) => hurst(walk, { method: "dfa" }).value,
  "hurst, R/S": ({ walk }) => hurst(walk, { method: "rescaled-range" }),
  granger: ({ x, y }) => granger(y, x, { lag: 2 }),
  kMeans: ({ x, y }) => kMeans([x, y]).labels,
  sharpeRatio: ({ x }) => sharpeRatio(x, { periodsPerYear: 252 }),
};

for (const [name, of] of Object.entries(unitless)) {
  Deno.test(`${name} is the same to the bit at 1e±155 to 1e±300, where squares are no doubles`, () => {
    const plain = of({ x, y, walk, pair });
    for (const powers of SCALES) assert.deepEqual(of(scaled(powers)), plain, `2^${powers}`);
  });
}

/** Slopes: of y per x. */
const slopes: Readonly<Record<string, (columns: Columns) => number>> = {
  ols: ({ x, y }) => ols(y, [x]).params[1]!,
  "the error of ols": ({ x, y }) => ols(y, [x]).bse[1]!,
  huber: ({ x, y }) => huber(y, x).params[1]!,
  theilSen: ({ x, y }) => theilSen(y, x).slope,
  totalLeastSquares: ({ x, y }) => totalLeastSquares(y, x).slope,
  "hedgeRatios, x on y": ({ x, y }) => hedgeRatios(y, x).xOnY,
};

for (const [name, of] of Object.entries(slopes)) {
  Deno.test(`${name} has the slope in its unit at 1e±155 to 1e±300`, () => {
    const plain = of({ x, y, walk, pair });
    for (const powers of SCALES) {
      const right = plain * 2 ** (powers[1] - powers[0]);
      const error = Math.abs(of(scaled(powers)) - right);
      assert.ok(error <= 1e-12 * Math.abs(right), `2^${powers}: off by ${error}`);
    }
  });
}

Deno.test("totalLeastSquares with a ratio takes sides of 1e200 apart", () => {
  const flat = totalLeastSquares(y, x.map((value) => value * 2 ** 664), { noiseRatio: 1 });
  const regression = ols(y, [x.map((value) => value * 2 ** 664)]).params[1]!;
  // All the noise is then in y, as least squares supposes.
  assert.ok(Math.abs(flat.slope / regression - 1) < 1e-12);
});

/** Every number in a value. */
function numbers(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (value instanceof Float64Array) return [...value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbers);
}

/** What cannot be told beyond doubles is NaN, or an error that names the bound, and never infinite. */
const bounded: Readonly<Record<string, (columns: Columns) => unknown>> = {
  rollingOls: ({ x, y }) => rollingOls(y, x, { window: 50 }),
  pastHedge: ({ x, y }) => pastHedge(y, x, { window: 50 }),
  pastZScore: ({ x }) => pastZScore(x, { window: 50 }),
  kalmanHedge: ({ x, y }) => kalmanHedge(y, x, { training: 80 }),
  "kalmanHedge, all given": ({ x, y }) => kalmanHedge(y, x, { q: 1e-4, r: 1, m0: [1, 0], p0: 1 }),
  garch: ({ x }) => garch(x),
  regimes: ({ x, y }) => regimes([x, y], { starts: 1, maxIterations: 5 }),
  leadLag: ({ x, y }) => leadLag(time, x, time, y, { lagsMs: [-60_000, 0, 60_000] }).correlations,
  performance: ({ x }) => performance(x, { periodsPerYear: 252 }),
};

for (const [name, of] of Object.entries(bounded)) {
  Deno.test(`${name} is never infinite where squares are no doubles`, () => {
    for (const powers of SCALES) {
      try {
        const values = numbers(of(scaled(powers)));
        const infinite = values.filter((value) => Math.abs(value) === Infinity).length;
        assert.equal(infinite, 0, `2^${powers}: ${infinite} of ${values.length}`);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        assert.match(error.message, /1e.?-?140/);
      }
    }
  });
}

Deno.test("rollingStats and riskMetrics say nothing where a square is too large for a number", () => {
  const x = [1, 4, 2, 8, 5, 7].map((value) => value * 1e200), y = x.toReversed();
  const { sd1, z, mean } = rollingStats(x, { window: 4 });
  assert.deepEqual([sd1.at(-1), z.at(-1)], [NaN, NaN]);
  assert.ok(Math.abs(mean.at(-1)! / 5.5e200 - 1) < 1e-12);
  assert.deepEqual([...new Set(riskMetrics(x, y).corr)], [NaN]);
});
