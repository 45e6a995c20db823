import { persistencePValue } from "./persistence.ts";
import { checkAboveZero, copyNumbers, finiteNumbers } from "../numbers.ts";
import { garchErrors } from "./garch_errors.ts";
import {
  type GarchParameters,
  type GarchPath,
  garchPath,
  GarchVariance,
} from "./garch_variance.ts";
import { nelderMead } from "./nelder_mead.ts";
import { areRoundingOfOne } from "../rounding.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Options of {@link garch}. */
export interface GarchOptions {
  /**
   * Fixes `omega = (1 - alpha - beta) · mean square`, which leaves two constants to fit: steadier on short
   * samples, a little less likely on long ones. @default false
   */
  readonly varianceTargeting?: boolean;
  /**
   * Variance before the first row. @default the first 75 squares, weighted by 0.94^i, as `arch` has it
   */
  readonly initialVariance?: number;
}

/** A fitted GARCH(1,1); it is its own {@link GarchParameters}, to run live. */
export interface GarchFit extends Required<GarchParameters>, GarchPath {
  readonly persistence: number;
  /** `omega / (1 - persistence)`. */
  readonly longRunVariance: number;
  /** Bars in which a shock to the variance halves, `ln ½ / ln persistence`. */
  readonly halfLife: number;
  /** Variance of the return after the last row. */
  readonly next: number;
  /** Robust standard errors (Bollerslev & Wooldridge 1992); NaN at a boundary or with targeting. */
  readonly bse: { readonly omega: number; readonly alpha: number; readonly beta: number };
  readonly aic: number;
  readonly bic: number;
  /**
   * p-value of "large returns do not come together", from the sizes of the returns alone: valid under any tails
   * with a variance.
   */
  readonly dynamicsPvalue: number;
  /** False where that is 0.05 or more, or alpha is zero: no dynamics found, and beta means nothing. */
  readonly hasDynamics: boolean;
  readonly converged: boolean;
}

const LEAST = 100;
/** A persistence of one has no long-run variance to return to. */
export const MOST_PERSISTENCE = 0.9999;
const NO_DYNAMICS = 1e-4;
/** Of the test that there are dynamics. */
export const LEVEL = 0.05;
/** Where the search begins: persistence, and the share of it that is alpha. */
const STARTS = [0.5, 0.9, 0.98].flatMap((p) =>
  [0.05, 0.1, 0.3].map((share) => [p, share] as const)
);

/**
 * Fits GARCH(1,1) with zero mean, `h_t = ω + α r²_{t-1} + β h_{t-1}`, by Gaussian quasi-likelihood: the
 * constants are consistent whatever the returns' distribution, and the standard errors robust. Nelder &
 * Mead over the log of the long-run variance and the logits of the persistence and of alpha's share, from
 * the best of nine starts; returns are scaled first, so their unit costs nothing.
 *
 * Off-line: the fit has seen all rows, so `variance` of the fitted rows is in-sample. For a backtest fit on
 * the training part and run `garchPath` or `GarchVariance` with the constants frozen.
 *
 * T. Bollerslev, Journal of Econometrics 31 (1986); Bollerslev & Wooldridge, Econometric Reviews 11 (1992).
 *
 * @param returns of bars that follow each other; a missing one counts as its expected square.
 * @throws {StatisticsError} `too-few` (under 100 returns), `constant` (they never change by more than rounding).
 * @throws {RangeError} when `initialVariance` is not above 0, or the returns are beyond 1e±140.
 *
 * @example
 * ```ts
 * import { garch } from "./garch.ts";
 * import { seededRandom } from "../seeded_random.ts";
 * import { normalQuantile } from "../distributions/normal_quantile.ts";
 * import assert from "node:assert/strict";
 * const random = seededRandom(4);
 * let h = 1;
 * const returns = Array.from({ length: 4_000 }, () => {
 *   const r = Math.sqrt(h) * normalQuantile(random());
 *   h = 0.05 + 0.1 * r * r + 0.85 * h;
 *   return r;
 * });
 * const { alpha, beta } = garch(returns);
 * assert.ok(Math.abs(alpha - 0.1) < 0.04 && Math.abs(beta - 0.85) < 0.06);
 * ```
 */
export function garch(returns: ArrayLike<number>, options: GarchOptions = {}): GarchFit {
  const { varianceTargeting = false } = options;
  const known = finiteNumbers(returns, "returns");
  if (known.length < LEAST) {
    throw new StatisticsError(
      "too-few",
      `GARCH needs at least ${LEAST} returns, there are ${known.length}`,
    );
  }
  const scale = rootMeanSquare(known);
  if (areRoundingOfOne(known)) {
    throw new StatisticsError(
      "constant",
      "the returns never change, so their variance has no dynamics",
    );
  }
  checkSquare(scale, "returns");
  const scaled = copyNumbers(returns, "returns").map((value) => value / scale);
  const { initialVariance = backcast(known) } = options;
  checkAboveZero("initialVariance", initialVariance);
  const start = initialVariance / scale / scale;
  const parametersOf = (point: readonly number[]): Required<GarchParameters> => {
    const persistence = MOST_PERSISTENCE * logistic(point[0]!);
    const alpha = persistence * logistic(point[1]!);
    const level = varianceTargeting ? 1 : Math.exp(point[2]!);
    const omega = (1 - persistence) * level;
    return { omega, alpha, beta: persistence - alpha, initialVariance: start };
  };
  const cost = (point: readonly number[]) => -likelihood(scaled, parametersOf(point));
  const points = STARTS.map(([p, share]) => [
    logit(p / MOST_PERSISTENCE),
    logit(share),
    ...varianceTargeting ? [] : [0],
  ]);
  const costs = points.map(cost);
  const first = points[costs.indexOf(Math.min(...costs))]!;
  const { point, converged } = nelderMead(cost, first);
  const found = parametersOf(point);
  const errors = varianceTargeting ? undefined : garchErrors(scaled, found);
  return describeFit(returns, found, scale, varianceTargeting ? 2 : 3, converged, errors);
}

function describeFit(
  returns: ArrayLike<number>,
  found: Required<GarchParameters>,
  scale: number,
  count: number,
  converged: boolean,
  errors: readonly [number, number, number] | undefined,
): GarchFit {
  const { alpha, beta } = found, persistence = alpha + beta;
  const unit = scale * scale, omega = found.omega * unit;
  const initialVariance = found.initialVariance * unit;
  const path = garchPath(returns, { omega, alpha, beta, initialVariance });
  const live = new GarchVariance({ omega, alpha, beta, initialVariance });
  for (let row = 0; row < returns.length; row++) live.push(returns[row]!);
  const dynamicsPvalue = persistencePValue(sizesOf(returns));
  const [bseOmega, bseAlpha, bseBeta] = errors ?? [NaN, NaN, NaN];
  return {
    omega,
    alpha,
    beta,
    initialVariance,
    persistence,
    converged,
    ...path,
    longRunVariance: omega / (1 - persistence),
    halfLife: Math.log(0.5) / Math.log(persistence),
    next: live.variance,
    bse: { omega: bseOmega * unit, alpha: bseAlpha, beta: bseBeta },
    aic: -2 * path.llf + 2 * count,
    bic: -2 * path.llf + count * Math.log(path.nobs),
    dynamicsPvalue,
    hasDynamics: alpha >= NO_DYNAMICS && dynamicsPvalue < LEVEL,
  };
}

/** The log-likelihood alone, without columns: the loop the search spends its time in. */
function likelihood(returns: Float64Array, parameters: Required<GarchParameters>): number {
  const { omega, alpha, beta, initialVariance } = parameters;
  let h = omega + (alpha + beta) * initialVariance, sum = 0, product = 1;
  for (let row = 0; row < returns.length; row++) {
    const value = returns[row]!, square = value * value;
    if (square - square !== 0) {
      h = omega + (alpha + beta) * h;
      continue;
    }
    sum += square / h;
    // The logarithm of a product now and then is cheaper than one of every factor.
    product *= h;
    if (product < 1e-200 || product > 1e200) {
      sum += Math.log(product);
      product = 1;
    }
    h = omega + alpha * square + beta * h;
  }
  return -(sum + Math.log(product)) / 2;
}

/** @throws {RangeError} when the square of a column's size is no double, and so neither is its variance. */
export function checkSquare(size: number, name: string): void {
  if (size > 1e-140 && size < 1e140) return;
  throw new RangeError(
    `${name} must be within 1e-140..1e140 in size, got ${size}; change the unit`,
  );
}

function rootMeanSquare(values: Float64Array): number {
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (most === 0) return 0;
  const sum = values.reduce((total, value) => total + (value / most) ** 2, 0);
  return most * Math.sqrt(sum / values.length);
}

function backcast(values: Float64Array): number {
  let weight = 1, weights = 0, sum = 0;
  for (let row = 0; row < Math.min(75, values.length); row++) {
    sum += weight * values[row]! ** 2;
    weights += weight;
    weight *= 0.94;
  }
  // A quiet opening must not start the variance at zero.
  return sum > 0 ? sum / weights : rootMeanSquare(values) ** 2;
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function logit(p: number): number {
  return Math.log(p / (1 - p));
}

/** Absolute returns less their mean; NaN where one is missing. */
function sizesOf(returns: ArrayLike<number>): Float64Array {
  const sizes = copyNumbers(returns, "returns").map(Math.abs);
  const known = sizes.filter((size) => size < Infinity);
  const mean = known.reduce((sum, size) => sum + size, 0) / known.length;
  return sizes.map((size) => size < Infinity ? size / mean - 1 : NaN);
}
