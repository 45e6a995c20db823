import { KalmanHedge } from "../stats/regression/kalman_filter.ts";
import { kalmanNoise } from "../stats/regression/kalman_noise.ts";
import { huber, type HuberResult } from "../stats/regression/huber.ts";
import { hedgeInterval } from "../stats/regression/hedge_interval.ts";
import { centred, checkLengths, type Column, gapless } from "../stats/regression/columns.ts";
import { ols } from "../stats/regression/ols.ts";
import { theilSen } from "../stats/regression/theil_sen.ts";
import { totalLeastSquares } from "../stats/regression/total_least_squares.ts";
import { normalQuantile } from "../stats/distributions/normal_quantile.ts";
import { tQuantile } from "../stats/distributions/distributions.ts";
import { StatisticsError } from "../stats/statistics_error.ts";
import type { HedgeKind } from "./pair_settings.ts";

/** A hedge ratio over some rows, with its interval. */
export interface HedgeEstimate {
  readonly kind: HedgeKind;
  /** Units of x that hedge one unit of y, of log prices; NaN, as what follows, where it cannot be had. */
  readonly beta: number;
  readonly alpha: number;
  /** 95 % interval of beta. */
  readonly lo: number;
  readonly hi: number;
  /** Rows it rests on. */
  readonly n: number;
  /** How the interval was made. */
  readonly method: string;
  /** Why there is none; undefined where there is. */
  readonly reason: string | undefined;
}

const LEVEL = 0.95;

/** A line without its interval. */
interface Line {
  readonly beta: number;
  readonly alpha: number;
}

/**
 * The parts of {@link pairHedges}, each some milliseconds at most, so that a caller can let other work pass in between.
 *
 * @param y log prices without gaps. @param x the same of the other side.
 */
export function* pairHedgeSteps(y: Column, x: Column): Generator<HedgeEstimate, void> {
  let memory: Memory | undefined;
  const remembered = () => memory ??= memoryOf(y, x);
  const within = (line: Line, half: number, method: string) => ({
    ...line,
    lo: line.beta - half,
    hi: line.beta + half,
    method,
  });
  yield attempt("ols", y, () => {
    const { line, half } = remembered();
    return within(line, half, "least squares; errors with the memory of the spread");
  });
  yield attempt("total", y, () => {
    const { line, half, r2 } = remembered();
    const { slope, intercept } = totalLeastSquares(y, x);
    const ends = [line.beta - half, line.beta + half];
    // The true line lies between that of y on x and that of x on y, wherever the noise is (Frisch 1934).
    const all = [...ends, ...ends.map((end) => end / r2)];
    return {
      beta: slope,
      alpha: intercept,
      lo: Math.min(...all),
      hi: Math.max(...all),
      method: "total least squares; from the line of y on x to that of x on y, with their errors",
    };
  });
  yield attempt("huber", y, () => {
    const { inflation, freedom } = remembered();
    const { params, bse } = huber(y, x) as HuberResult;
    const half = tQuantile((1 + LEVEL) / 2, freedom) * bse[1]! * inflation;
    const line = { alpha: params[0]!, beta: params[1]! };
    return within(line, half, "Huber; errors with the memory of the spread");
  });
  yield attempt("theil-sen", y, () => {
    const { inflation, freedom } = remembered();
    const { slope, intercept, lo, hi } = theilSen(y, x);
    const wider = inflation * tQuantile((1 + LEVEL) / 2, freedom) /
      normalQuantile((1 + LEVEL) / 2);
    return {
      beta: slope,
      alpha: intercept,
      lo: slope - (slope - lo) * wider,
      hi: slope + (hi - slope) * wider,
      method: "Theil–Sen; ranks, widened by the memory of the spread",
    };
  });
  yield attempt("kalman", y, () => {
    const learned = kalmanNoise(y, x), { m0: [beta, alpha] } = learned;
    const half = normalQuantile((1 + LEVEL) / 2) *
      Math.sqrt(new KalmanHedge(learned).covariance[0][0]);
    return within({ beta, alpha }, half, "Kalman filter; its own deviation at the newest row");
  });
}

/**
 * The five hedge ratios of log prices over the same rows, each with an interval that counts how slowly the spread
 * reverts: the plain intervals of least squares, Huber and Theil–Sen take every row for a new observation and are far
 * too narrow on levels.
 *
 * @param y log prices without gaps, in time order. @param x the same of the other side.
 * @throws {StatisticsError} `missing`. @throws {RangeError} when lengths differ.
 */
export function pairHedges(y: Column, x: Column): HedgeEstimate[] {
  checkLengths([x], y.length, "x");
  return [...pairHedgeSteps(gapless(y, "y"), gapless(x, "x"))];
}

function attempt(
  kind: HedgeKind,
  y: Column,
  make: () => Omit<HedgeEstimate, "kind" | "n" | "reason">,
): HedgeEstimate {
  const n = y.length;
  try {
    const { beta, alpha, lo, hi, method } = make();
    const isKnown = Number.isFinite(beta) && Number.isFinite(lo + hi);
    const reason = isKnown ? undefined : "the two sides do not move together";
    return { kind, beta, alpha, lo, hi, n, method, reason };
  } catch (error) {
    if (!(error instanceof StatisticsError)) throw error;
    const unknown = { beta: NaN, alpha: NaN, lo: NaN, hi: NaN };
    return { kind, ...unknown, n, method: "", reason: error.message };
  }
}

/** What the memory of the spread does to the error of a slope. */
interface Memory {
  readonly line: Line;
  /** Half the interval of the least-squares slope. */
  readonly half: number;
  readonly r2: number;
  /** True error of the slope over the one that takes rows for independent. */
  readonly inflation: number;
  /** Degrees of freedom that the rows come to. */
  readonly freedom: number;
}

/**
 * The error of the least-squares slope where the spread is an autoregression of order one: `σ² x'Rx / (x'x)²` with
 * `R = φ^|i-j|`, σ² from the residual freed of what two coefficients took, φ by restricted likelihood.
 */
function memoryOf(y: Column, x: Column): Memory {
  const { phi } = hedgeInterval(y, x);
  const fit = ols(y, [x]);
  const { values } = centred(x), n = values.length;
  let squares = 0, ones = 0, cross = 0, runOnes = 0, runX = 0;
  for (let row = 0; row < n; row++) {
    const value = values[row]!;
    // Sums over the rows before, weighed by φ a row.
    ones += 1 + 2 * runOnes * phi;
    cross += value * (value + 2 * runX * phi);
    squares += value * value;
    runOnes = 1 + runOnes * phi;
    runX = value + runX * phi;
  }
  const taken = Math.min(n - 1, Math.max(0, ones / n) + Math.max(0, cross / squares));
  const ssr = fit.resid.reduce((sum, value) => sum + value * value, 0);
  const variance = ssr / (n - taken);
  const se = Math.sqrt(variance * Math.max(0, cross)) / squares;
  const inflation = se / fit.bse[1]!;
  const freedom = Math.max(2, n * (1 - phi) / (1 + phi) - 1);
  return {
    line: { alpha: fit.params[0]!, beta: fit.params[1]! },
    half: tQuantile((1 + LEVEL) / 2, freedom) * se,
    r2: fit.rsquared,
    inflation,
    freedom,
  };
}
