import assert from "node:assert/strict";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import * as pairs from "../../lib/pairs/mod.ts";
import * as stats from "../../lib/stats/mod.ts";
import * as sync from "../../lib/sync/mod.ts";
import { gaussians } from "./gaussian_pairs.ts";

/**
 * Every function and class of lib/stats, lib/pairs and lib/sync, called well and then with one number spoilt:
 * text and other kinds are refused by name, an infinity and null count as missing or are refused.
 */
// deno-lint-ignore no-explicit-any -- one table for every signature
type Any = any;
type Args = readonly unknown[];
interface Call {
  readonly args: Args;
  readonly of: (...args: Any[]) => unknown;
  /** Options for which an infinity has a meaning. */
  readonly unbounded?: RegExp;
}

const normal = gaussians(stats.seededRandom(5));
const ROWS = 60;
const make = (length: number) => Array.from({ length }, () => normal());
const x = make(ROWS), y = x.map((value) => 0.6 * value + normal()), z = make(ROWS);
const long = make(520), other = long.map((value) => 0.5 * value + normal());
const walk = (steps: readonly number[]) => {
  let level = 100;
  return steps.map((step) => level += step);
};
const levels = walk(make(130)), pair = levels.map((value) => 2 * value + normal());
const time = Array.from({ length: ROWS }, (_, row) => Date.UTC(2026, 0, 26, 15) + row * 60_000);
const later = time.map((value) => value + 7_000);
const shares = x.map(() => 0.5);
const pvalues = x.map((value) => Math.min(1, Math.abs(value) / 3));
const returns = x.map((value) => value / 100);
const prices = { open: walk(x), close: walk(z) };
const bars = {
  openTime: time,
  high: prices.open.map((v) => v + 1),
  low: prices.open.map((v) => v - 1),
  close: prices.close,
  volume: x.map(Math.abs),
  vwap: prices.open,
};
const calm = { omega: 1, alpha: 0.1, beta: 0.8, initialVariance: 10 };
const dccModel = { garch: [calm, calm], a: 0.05, b: 0.9, qBar: [[1, 0.5], [0.5, 1]] };
const regimeModel = {
  initial: [0.5, 0.5],
  transition: [[0.9, 0.1], [0.1, 0.9]],
  means: [[0, 0], [0, 0]],
  covariances: [[[1, 0], [0, 1]], [[4, 1], [1, 4]]],
};
const rowsOf = (...columns: readonly (readonly number[])[]) =>
  columns[0]!.slice(0, 12).map((_, row) => columns.map((column) => column[row]!));
const plain = (of: Call["of"], ...args: Args): Call => ({ args, of });

interface Live {
  push(...row: unknown[]): unknown;
}

/** Pushes rows into a live object and reads it after each. */
function live(
  Make: new (options: Any) => object,
  options: unknown,
  rows: Args,
  read: (of: Any) => unknown = (of) => of.value,
): Call {
  return {
    args: [options, rows],
    of: (given: unknown, pushed: unknown[][]) => {
      const each = new Make(given) as Live;
      return pushed.map((row) => [each.push(...row), read(each)]);
    },
  };
}

const ticksOf = (of: Call["of"], ...options: Args) =>
  plain(of, time, prices.open, later, prices.close, ...options);
const tickPushes = (of: Any, rows: number[][]) =>
  rows.map(([at, a, b]) => {
    of.pushFirst(at, a);
    of.pushSecond(at, b);
    return of.value;
  });
const tickRows = rowsOf(time, prices.open, prices.close);

const CALLS: Readonly<Record<string, Call>> = {
  // Rolling
  RollingCorrelation: live(stats.RollingCorrelation, { window: 5, minPeriods: 3 }, rowsOf(x, y)),
  RollingCovariance: live(
    stats.RollingCovariance,
    { window: 5, minPeriods: 3, ddof: 1 },
    rowsOf(x, y),
  ),
  RollingBeta: live(stats.RollingBeta, { window: 5, minPeriods: 3 }, rowsOf(x, y)),
  RollingStats: live(stats.RollingStats, { window: 5, minPeriods: 3 }, rowsOf(x)),
  RollingOls: live(stats.RollingOls, { window: 6, minPeriods: 4 }, rowsOf(y, x)),
  TimedCoMovement: live(
    stats.TimedCoMovement,
    { windowMs: 3e5, minPeriods: 2 },
    rowsOf(time, x, y),
  ),
  TimedStats: live(stats.TimedStats, { windowMs: 3e5, minPeriods: 2 }, rowsOf(time, x)),
  Ewm: live(stats.Ewm, { alpha: 0.3, minPeriods: 2 }, rowsOf(x, y)),
  RiskMetrics: live(stats.RiskMetrics, { lambda: 0.9 }, rowsOf(x, y)),
  rollingCorrelation: plain(stats.rollingCorrelation, x, y, { window: 5, minPeriods: 3 }),
  rollingCovariance: plain(stats.rollingCovariance, x, y, { window: 5, minPeriods: 3, ddof: 0 }),
  rollingBeta: plain(stats.rollingBeta, x, y, { window: 5, minPeriods: 3 }),
  rollingRSquared: plain(stats.rollingRSquared, x, y, { window: 5, minPeriods: 3 }),
  rollingStats: plain(stats.rollingStats, x, { window: 5, minPeriods: 3 }),
  rollingOls: plain(stats.rollingOls, y, x, { window: 6, minPeriods: 4 }),
  timedCoMovement: plain(stats.timedCoMovement, time, x, y, { windowMs: 3e5, minPeriods: 2 }),
  timedStats: plain(stats.timedStats, time, x, { windowMs: 3e5, minPeriods: 2 }),
  ewm: plain(stats.ewm, x, y, { span: 5, minPeriods: 2 }),
  riskMetrics: plain(stats.riskMetrics, x, y, { lambda: 0.9 }),
  describe: plain(stats.describe, x),
  quantile: plain(stats.quantile, x, 0.3),

  // Correlation
  correlation: plain(stats.correlation, x, y),
  pearson: plain(stats.pearson, x, y, { level: 0.9 }),
  fisherInterval: plain(stats.fisherInterval, 0.5, 60, 0.95),
  spearman: plain(stats.spearman, x, y),
  kendall: plain(stats.kendall, x, y),
  correlationMatrix: plain(stats.correlationMatrix, [x, y, z]),
  partialCorrelation: plain(stats.partialCorrelation, [x, y, z]),
  crossCorrelation: plain(stats.crossCorrelation, x, y, { maxLag: 3 }),
  tailDependence: plain(stats.tailDependence, x, y, { share: 0.3, level: 0.9 }),
  exceedanceCorrelation: plain(stats.exceedanceCorrelation, x, y, {
    thresholds: [0, 0.2, 0.4, 0.6],
    minPairs: 5,
  }),
  correlationDifference: plain(
    stats.correlationDifference,
    { r: 0.5, n: 60 },
    { r: 0.3, n: 60 },
    "independent",
  ),
  sharedSideDifference: plain(stats.sharedSideDifference, 0.5, 0.3, 0.2, 60),
  ewmaStandardised: plain(stats.ewmaStandardised, x, { lambda: 0.9, warmUp: 10 }),
  forbesRigobon: plain(stats.forbesRigobon, 0.5, 1.5),
  volatilityAdjustedCorrelation: plain(stats.volatilityAdjustedCorrelation, x, y, { lambda: 0.9 }),
  effectiveN: plain(stats.effectiveN, x, y),
  blockLength: plain(stats.blockLength, x),
  stationaryBootstrap: plain(stats.stationaryBootstrap, x, y, {
    replications: 9,
    level: 0.9,
    blockLength: 3,
  }),
  benjaminiHochberg: plain(stats.benjaminiHochberg, pvalues),
  seededRandom: plain((seed) => stats.seededRandom(seed)(), 7),
  correlationBySession: plain(stats.correlationBySession, time, x, y, { minPairs: 5, level: 0.9 }),
  correlationByHourOfWeek: plain(stats.correlationByHourOfWeek, time, x, y, {
    minPairs: 5,
    level: 0.9,
  }),

  // Ticks
  HayashiYoshida: plain((rows) => tickPushes(new stats.HayashiYoshida(), rows), tickRows),
  RollingHayashiYoshida: plain(
    (options, rows) => tickPushes(new stats.RollingHayashiYoshida(options), rows),
    { windowMs: 6e5 },
    tickRows,
  ),
  RollingLeadLag: plain((options, rows) => tickPushes(new stats.RollingLeadLag(options), rows), {
    windowMs: 6e5,
    lagsMs: [-6e4, 0, 6e4, 12e4],
  }, tickRows),
  hayashiYoshida: ticksOf(stats.hayashiYoshida),
  barLeadLag: plain(stats.barLeadLag, x, y, { stepMs: 6e4, maxLag: 3 }),
  leadLag: ticksOf(stats.leadLag, { lagsMs: [-6e4, 0, 6e4, 12e4], clockUncertaintyMs: 5 }),
  eppsCurve: ticksOf(stats.eppsCurve, { stepsMs: [6e4, 12e4, 18e4, 24e4] }),
  previousTickCovariance: ticksOf(stats.previousTickCovariance, { stepMs: 6e4 }),
  subsampledCovariance: ticksOf(stats.subsampledCovariance, { stepMs: 6e4, grids: 3 }),
  preAveragedCovariance: ticksOf(stats.preAveragedCovariance, { theta: 0.8 }),

  // Regression
  ols: plain(stats.ols, y, [x, z]),
  heteroscedasticErrors: plain((target, design) => stats.ols(target, design).hc3.bse, y, [x, z]),
  neweyWestErrors: plain((target, design, lags) => stats.ols(target, design).hac(lags).bse, y, [
    x,
    z,
  ], 3),
  hedgeRatios: plain(stats.hedgeRatios, y, x),
  totalLeastSquares: plain(stats.totalLeastSquares, y, x),
  hedgeInterval: plain(stats.hedgeInterval, pair, levels, { level: 0.9 }),
  huber: plain(stats.huber, y, x),
  theilSen: plain(stats.theilSen, y, x),
  KalmanHedge: live(
    stats.KalmanHedge,
    { q: [1e-4, 1e-4], r: 1, m0: [1, 0], p0: 1 },
    rowsOf(y, x),
    (of) => of.beta,
  ),
  kalmanHedge: plain(stats.kalmanHedge, y, x, { q: [1e-4, 1e-4], r: 1 }),
  kalmanNoise: plain(stats.kalmanNoise, y, x),

  // Stationarity
  adf: plain(stats.adf, levels),
  mackinnonPValue: plain((stat) => stats.mackinnonPValue(stat, "c"), -3),
  mackinnonCritical: plain((n) => stats.mackinnonCritical("c", n), 100),
  kpss: plain(stats.kpss, levels),
  engleGranger: plain(stats.engleGranger, pair, levels),
  engleGrangerBoth: plain(stats.engleGrangerBoth, pair, levels),
  johansen: plain(stats.johansen, [pair, levels]),
  priceDiscovery: plain(stats.priceDiscovery, [pair, levels], { lags: 1 }),
  halfLife: plain(stats.halfLife, x.map((value, row) => value + (x[row - 1] ?? 0))),
  varianceRatio: plain(stats.varianceRatio, levels, { lag: 3 }),
  ornsteinUhlenbeck: plain(stats.ornsteinUhlenbeck, x.map((v, row) => v + (x[row - 1] ?? 0))),
  hurst: plain(stats.hurst, levels),
  granger: plain(stats.granger, y, x, { lag: 2 }),
  grangerBoth: plain(stats.grangerBoth, y, x, { lag: 2 }),

  // Dynamics
  garch: plain(stats.garch, long.slice(0, 150), { initialVariance: 1 }),
  garchPath: plain(stats.garchPath, x, calm),
  GarchVariance: live(stats.GarchVariance, calm, rowsOf(x), (of) => of.variance),
  dcc: plain((series) => stats.dcc(series).correlation(0, 1), [long, other]),
  dccPath: plain(
    (series, model) => stats.dccPath(series, model).correlation(0, 1),
    [x, y],
    dccModel,
  ),
  DynamicCorrelation: live(
    stats.DynamicCorrelation,
    dccModel,
    rowsOf(x, y).map((row) => [row]),
    (of) => of.correlation(0, 1),
  ),
  regimes: plain((columns) => stats.regimes(columns, { starts: 2, maxIterations: 5 }), [
    long.slice(0, 220),
    other.slice(0, 220),
  ]),
  longRunShares: plain(stats.longRunShares, [[0.9, 0.1], [0.3, 0.7]]),
  filterRegimes: plain(stats.filterRegimes, [x, y], regimeModel),
  smoothRegimes: plain(stats.smoothRegimes, [x, y], regimeModel),
  RegimeFilter: live(
    stats.RegimeFilter,
    regimeModel,
    rowsOf(x, y).map((row) => [row]),
    (of) => of.probabilities,
  ),
  regimeLabels: plain(stats.regimeLabels, [shares, shares.map((p) => 1 - p)], { minDwell: 3 }),
  kMeans: plain(stats.kMeans, [x, y], { k: 2, starts: 2 }),

  // Distributions
  chi2Survival: plain(stats.chi2Survival, 3, 2),
  fSurvival: plain(stats.fSurvival, 3, 2, 9),
  normalSurvival: plain(stats.normalSurvival, 1),
  tQuantile: plain(stats.tQuantile, 0.9, 5),
  tSurvival: plain(stats.tSurvival, 1, 5),
  tTwoSided: plain(stats.tTwoSided, 1, 5),
  normalQuantile: plain(stats.normalQuantile, 0.9),

  // Pairs
  PastHedge: live(pairs.PastHedge, { window: 6, minPeriods: 3 }, rowsOf(y, x), (of) => of.beta),
  pastHedge: plain(pairs.pastHedge, y, x, { window: 6, minPeriods: 3 }),
  hedgedSpread: plain(pairs.hedgedSpread, y, x, { beta: 0.5, alpha: 1 }),
  LivePair: live(
    pairs.LivePair,
    { window: 6, minPeriods: 3, zWindow: 4 },
    rowsOf(y, x),
    (pair) => pair.window,
  ),
  PastSpread: live(
    pairs.PastSpread,
    { window: 6, minPeriods: 3 },
    rowsOf(y, x),
    (of) => of.of(1, 1).spread,
  ),
  pastSpread: plain(pairs.pastSpread, y, x, { window: 6, minPeriods: 3 }),
  PastZScore: live(pairs.PastZScore, { window: 6, minPeriods: 3 }, rowsOf(x), () => 0),
  pastZScore: plain(pairs.pastZScore, x, { window: 6, minPeriods: 3 }),
  PairSignal: live(pairs.PairSignal, { enter: 2, exit: 0.5, stop: 4 }, rowsOf(x), (of) => of.side),
  pairHedges: plain(pairs.pairHedges, pair, levels),
  pairBreak: plain(pairs.pairBreak, [...pair, ...pair], [...levels, ...levels]),
  pairSignals: plain(pairs.pairSignals, x, { enter: 2, exit: 0.5, stop: 4 }),
  pairBacktest: plain(pairs.pairBacktest, {
    y: prices,
    x: { open: walk(y), close: walk(x) },
    side: x.map(Math.sign),
    beta: 0.5,
    capital: 1e6,
    contracts: 2,
    yTerms: { multiplier: 50, halfSpread: 0.1, slippage: 0.1, feeRate: 1e-4, feePerContract: 1 },
  }),
  optimalThresholds: plain(pairs.optimalThresholds, { theta: 0.1, mu: 1, sigma: 2 }, { cost: 0.1 }),
  backtestOverfitting: plain(pairs.backtestOverfitting, [x, y, z], { blocks: 4 }),
  turnover: plain(pairs.turnover, x.map(Math.abs), prices.open, { periodsPerYear: 252 }),
  walkForward: plain(
    (price, train, test) =>
      pairs.walkForward({ price }, {
        train,
        test,
        fit: ({ price }) => price[0]!,
        apply: (first, { price }) => price.map((p) => p - first),
      }).values,
    prices.open,
    20,
    10,
  ),
  walkForwardFolds: plain(pairs.walkForwardFolds, 60, { train: 20, test: 10 }),
  performance: plain(pairs.performance, returns, {
    periodsPerYear: 252,
    riskFree: 1e-4,
    times: time,
  }),
  sharpeRatio: plain(pairs.sharpeRatio, returns, { periodsPerYear: 252, riskFree: 1e-4, lags: 2 }),
  probabilisticSharpe: plain(
    (benchmark) =>
      pairs.probabilisticSharpe(pairs.sharpeRatio(returns, { periodsPerYear: 252 }), benchmark),
    0.1,
  ),
  deflatedSharpe: plain(
    (options) => pairs.deflatedSharpe(pairs.sharpeRatio(returns, { periodsPerYear: 252 }), options),
    { trials: 5, variance: 0.01 },
  ),
  drawdowns: plain(pairs.drawdowns, prices.open, { initial: 90, times: time }),
  valueAtRisk: plain(pairs.valueAtRisk, returns, 0.95),
  isCornishFisherValid: plain(pairs.isCornishFisherValid, 0.1, 0.3),
  kupiecTest: plain(pairs.kupiecTest, 9, 250, 0.99),

  // Market measures
  SessionVwap: {
    args: [rowsOf(time, prices.open, bars.volume)],
    of: (rows: number[][]) => {
      const vwap = new sync.SessionVwap(alwaysOpen);
      return rows.map(([at, price, size]) => {
        vwap.push(at!, price!, size!);
        return vwap.value;
      });
    },
  },
  sessionVwap: plain((columns) => sync.sessionVwap(columns, alwaysOpen), bars),
  rollingVwap: plain(sync.rollingVwap, bars, { window: 6 }),
  volumeAverage: plain(sync.volumeAverage, bars.volume, { window: 6 }),
  onBalanceVolume: plain(sync.onBalanceVolume, bars.close, bars.volume),
  priceRatio: plain(sync.priceRatio, bars.close, bars.high),
  relativeVolume: plain(sync.relativeVolume, bars.volume, { window: 6 }),
  SessionVolume: plain(
    (options, rows: number[][]) => {
      const volume = new sync.SessionVolume(alwaysOpen, options);
      return rows.map(([at, size]) => volume.push(at!, size!));
    },
    { sessions: 3, minSessions: 1 },
    rowsOf(time, bars.volume),
  ),
  volumeBadge: plain(sync.volumeBadge, 1.2),
  RealizedVolatility: live(sync.RealizedVolatility, { window: 6 }, rowsOf(returns)),
  realizedVolatility: plain(sync.realizedVolatility, returns, { window: 6 }),
  VolatilityStrip: live(sync.VolatilityStrip as never, {}, rowsOf(returns), () => 0),
  bollingerBands: plain(sync.bollingerBands, x, { window: 6, minPeriods: 3, width: 2 }),
  ratioBands: plain(sync.ratioBands, prices.open, prices.close, {
    window: 6,
    minPeriods: 3,
    width: 2,
  }),
  DivergenceScore: live(sync.DivergenceScore, { window: 35 }, rowsOf(returns, x), () => 0),
  DivergenceEpisodes: live(
    sync.DivergenceEpisodes,
    { minor: 1, major: 2, clear: 0.5, stepMs: 6e4 },
    time.map((at, i) => [at, x[i]!, "armed"]),
    (of) => of.episodes,
  ),
  vwapCrosses: plain(sync.vwapCrosses, {
    openTime: time,
    close: bars.close,
    vwap: bars.vwap,
    ratio: time.map((_, i) => i % 3),
    session: time.map(() => 0),
  }),
  vwapCrossTag: plain(sync.vwapCrossTag, { direction: "up", ratio: 1.6 }),
  venueDifferences: plain(sync.venueDifferences as never, [prices.open, prices.close], 1),
  differenceNumbers: plain(sync.differenceNumbers, x, 0.5),
  normalizedRatio: plain(sync.normalizedRatio, prices.open, prices.close, {
    window: 6,
    minPeriods: 3,
    width: 2,
  }),
  divergenceScore: plain(sync.divergenceScore, returns, x, { window: 35, horizon: 2 }),
};

/** Exports that take no numbers of the caller's, or a grid of bars, which has been read and checked. */
const WITHOUT_NUMBERS = [
  "StatisticsError",
  "LookAheadError",
  "assertNoLookAhead",
  "OlsResult",
  "RobustErrors",
  "readDivergence",
  "readLead",
  "divergenceHistory",
  "daysOf",
  "sessionBars",
  "sessionReturns",
];

/** Where an infinity is an argument like any other: a limit of a distribution, a stop that is never met. */
const UNBOUNDED: Readonly<Record<string, readonly string[]>> = {
  chi2Survival: ["0"],
  fSurvival: ["0"],
  normalSurvival: ["0"],
  tSurvival: ["0", "1"],
  tTwoSided: ["0", "1"],
  tQuantile: ["1"],
  mackinnonPValue: ["0"],
  mackinnonCritical: ["0"],
  // What a rule does with a price is the caller's.
  walkForward: ["0.0", "0.3"],
  PairSignal: ["0.stop"],
  pairSignals: ["1.stop"],
};

/** A place of one number in the arguments. */
interface Spot {
  readonly path: readonly (string | number)[];
  readonly isColumn: boolean;
}

function spotsIn(value: unknown, path: readonly (string | number)[] = []): Spot[] {
  if (typeof value === "number") return [{ path, isColumn: false }];
  if (Array.isArray(value)) {
    if (value.length > 3 && typeof value[0] === "number") {
      return [0, 3].map((row) => ({ path: [...path, row], isColumn: true }));
    }
    const rows = Array.isArray(value[0]) && value.length > 8 ? [0, 5] : [...value.keys()];
    return rows.flatMap((row) => spotsIn(value[row], [...path, row]));
  }
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, each]) => spotsIn(each, [...path, key]));
}

function spoilt(value: unknown, path: readonly (string | number)[], poison: unknown): unknown {
  if (path.length === 0) return poison;
  const copy = Array.isArray(value) ? [...value] : { ...value as object };
  const [key, ...rest] = path;
  (copy as Record<string | number, unknown>)[key!] = spoilt((value as never)[key!], rest, poison);
  return copy;
}

type Outcome = { readonly value: string } | { readonly error: Error };

function outcomeOf({ of, args }: Call, spot?: Spot, poison?: unknown): Outcome {
  const given = spot === undefined ? args : spoilt(args, spot.path, poison) as Args;
  try {
    const shown = JSON.stringify(
      of(...given),
      (_, each) =>
        typeof each === "number"
          ? String(each)
          : ArrayBuffer.isView(each)
          ? Array.from(each as Float64Array, String)
          : each,
    );
    return { value: shown ?? "undefined" };
  } catch (error) {
    return { error: error as Error };
  }
}

Deno.test("the table of calls holds every export of stats, pairs and sync", () => {
  const names = [stats, pairs, sync].flatMap((each) =>
    Object.entries(each).filter(([, value]) => typeof value === "function").map(([name]) => name)
  );
  const held = new Set([...Object.keys(CALLS), ...WITHOUT_NUMBERS]);
  assert.deepEqual(names.filter((name) => !held.has(name)), []);
  assert.deepEqual([...held].filter((name) => !names.includes(name)), []);
});

for (const [name, call] of Object.entries(CALLS)) {
  Deno.test(`${name} refuses text for a number, and takes an infinity or null for missing or refuses it`, () => {
    const well = outcomeOf(call);
    assert.ok("value" in well, `called well it throws ${"error" in well ? well.error.stack : ""}`);
    const spots = spotsIn(call.args), found: string[] = [];
    assert.ok(spots.length > 0);
    for (const spot of spots) {
      const place = spot.path.join(".");
      for (const poison of ["1.5", true]) {
        const outcome = outcomeOf(call, spot, poison);
        if ("value" in outcome) found.push(`${place}: ${JSON.stringify(poison)} is taken`);
        else if (
          !/^(TypeError|RangeError)$/.test(outcome.error.name) ||
          /Cannot|undefined|is not a function/.test(outcome.error.message)
        ) {
          found.push(`${place}: ${JSON.stringify(poison)} throws ${outcome.error}`);
        }
      }
      const missing = outcomeOf(call, spot, NaN);
      for (const poison of [Infinity, -Infinity, null]) {
        if (poison !== null && UNBOUNDED[name]?.includes(place)) continue;
        if (poison === null && !spot.isColumn) continue;
        const outcome = outcomeOf(call, spot, poison);
        if ("error" in outcome) {
          if (!["TypeError", "RangeError", "StatisticsError"].includes(outcome.error.name)) {
            found.push(`${place}: ${poison} throws ${outcome.error}`);
          }
          continue;
        }
        if ("value" in missing && missing.value === outcome.value) continue;
        found.push(`${place}: ${poison} is taken`);
      }
    }
    assert.deepEqual(found, []);
  });
}
