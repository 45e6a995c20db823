import { checkNotNegative } from "../stats/numbers.ts";
import { checkWhole } from "../stats/check_whole.ts";
import { givenOptions } from "../stats/given_options.ts";
import { areRoundingOfOne } from "../stats/rounding.ts";
import { lagDot } from "../stats/dot.ts";
import { centralMoments } from "../stats/rolling/central_moments.ts";
import { normalSurvival } from "../stats/distributions/distributions.ts";
import { scaledDown } from "../stats/regression/columns.ts";
import { normalQuantile } from "../stats/distributions/normal_quantile.ts";
import { checkPeriods, finiteReturns } from "./returns_of_account.ts";

/** Options of {@link sharpeRatio}. */
export interface SharpeOptions {
  /** Returns in a year: 252 days, 525,600 minutes of crypto, 252 × 1,380 minutes of Globex. */
  readonly periodsPerYear: number;
  /** Riskless return of one period. @default 0 */
  readonly riskFree?: number;
  /** Lags of the robust standard error. @default floor(4 (n/100)^(2/9)) (Newey & West 1994) */
  readonly lags?: number;
}

/** A Sharpe ratio with what it rests on. Annualised by `√periodsPerYear` unless said otherwise. */
export interface SharpeRatio {
  /**
   * `mean / sd · √A`, sd with divisor n - 1; NaN when returns never change by more than the rounding of
   * prices, or with fewer than two.
   */
  readonly value: number;
  readonly n: number;
  /** The ratio of one period. */
  readonly perPeriod: number;
  /** For independent normal returns: `√((1 + S²/2) / n) · √A`, S of one period (Lo 2002, eq. 9). */
  readonly standardError: number;
  /** For returns that are neither, by Newey–West over {@link SharpeRatio.lags} (Lo 2002, eq. A.8). */
  readonly robustError: number;
  readonly lags: number;
  /** g1 and g2 + 3, population moments, as PSR and DSR take them. */
  readonly skewness: number;
  readonly kurtosis: number;
}

/**
 * The Sharpe ratio of simple returns, with its standard errors.
 *
 * W. F. Sharpe, Journal of Portfolio Management 21 (1994); A. W. Lo, "The Statistics of Sharpe Ratios",
 * Financial Analysts Journal 58 (2002).
 *
 * @param returns simple returns of one period each; those that are not finite are left out.
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import { sharpeRatio } from "./sharpe_ratio.ts";
 * import assert from "node:assert/strict";
 * const s = sharpeRatio([0.01, -0.005, 0.02, 0.003], { periodsPerYear: 252 });
 * assert.deepEqual([s.value.toFixed(4), s.standardError.toFixed(4)], ["10.4689", "8.7578"]);
 * ```
 */
export function sharpeRatio(returns: ArrayLike<number>, options: SharpeOptions): SharpeRatio {
  const given = givenOptions(options) as SharpeOptions;
  const { periodsPerYear, riskFree = 0 } = given;
  checkPeriods(periodsPerYear);
  if (!Number.isFinite(riskFree)) throw new RangeError(`riskFree must be finite, got ${riskFree}`);
  const known = finiteReturns(returns);
  const { values: excess } = scaledDown(
    riskFree === 0 ? known : known.map((value) => value - riskFree),
  );
  const n = excess.length;
  const { lags = Math.floor(4 * (n / 100) ** (2 / 9)) } = given;
  checkWhole("lags", lags, 0);
  const { mean, squares, cubes, fourths } = centralMoments(excess);
  const sd = areRoundingOfOne(known) ? 0 : Math.sqrt(squares / (n - 1));
  const perPeriod = sd > 0 ? mean / sd : NaN;
  const year = Math.sqrt(periodsPerYear);
  return {
    value: perPeriod * year,
    n,
    perPeriod,
    standardError: Math.sqrt((1 + perPeriod ** 2 / 2) / n) * year,
    robustError: sd > 0 ? robustError(excess, mean, Math.sqrt(squares / n), lags) * year : NaN,
    lags,
    skewness: sd > 0 ? cubes / n / (squares / n) ** 1.5 : NaN,
    kurtosis: sd > 0 ? fourths / n / (squares / n) ** 2 : NaN,
  };
}

/** Delta method on mean and variance: each return's influence on the ratio, and its long-run variance. */
function robustError(returns: Float64Array, mean: number, sd: number, lags: number): number {
  const n = returns.length;
  const influence = new Float64Array(n), half = mean / sd / 2;
  for (let row = 0; row < n; row++) {
    const z = (returns[row]! - mean) / sd;
    influence[row] = z - half * (z * z - 1);
  }
  let variance = 0;
  for (let lag = 0; lag <= Math.min(lags, n - 1); lag++) {
    const weight = lag === 0 ? 1 : 2 * (1 - lag / (lags + 1));
    variance += weight * lagDot(influence, influence, lag) / n;
  }
  return Math.sqrt(variance / n);
}

/**
 * Probability that the true Sharpe ratio is above a benchmark (PSR):
 * `Φ((S - S*) √(n-1) / √(1 - g1 S + (g2 + 2)/4 S²))`, ratios of one period, g2 excess kurtosis. NaN where
 * the ratio is, or where the moments make the variance negative.
 *
 * D. Bailey & M. López de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15 (2012).
 *
 * @param sharpe from {@link sharpeRatio}.
 * @param benchmark Sharpe ratio **of one period** to beat. @default 0
 *
 * @example
 * ```ts
 * import { probabilisticSharpe, sharpeRatio } from "./sharpe_ratio.ts";
 * import assert from "node:assert/strict";
 * const s = sharpeRatio([0.01, -0.005, 0.02, 0.003], { periodsPerYear: 252 });
 * assert.equal(probabilisticSharpe(s).toFixed(4), "0.8747");
 * ```
 */
export function probabilisticSharpe(sharpe: SharpeRatio, benchmark = 0): number {
  if (!Number.isFinite(benchmark) && !Number.isNaN(benchmark)) {
    throw new RangeError(`benchmark must be a finite number, got ${benchmark}`);
  }
  const { perPeriod: s, n, skewness, kurtosis } = sharpe;
  const variance = 1 - skewness * s + (kurtosis - 1) / 4 * s * s;
  if (!(variance > 0)) return NaN;
  return normalSurvival(-(s - benchmark) * Math.sqrt((n - 1) / variance));
}

const EULER = 0.5772156649015329;

/**
 * Probability that the true Sharpe ratio is above zero, given that it is the best of several tried (DSR):
 * {@link probabilisticSharpe} against the ratio that the best of `trials` worthless strategies would show,
 * `sd ((1-γ) Φ⁻¹(1 - 1/N) + γ Φ⁻¹(1 - 1/(N e)))`.
 *
 * D. Bailey & M. López de Prado, "The Deflated Sharpe Ratio", Journal of Portfolio Management 40 (2014).
 *
 * @param options.trials strategies and settings tried, at least 1. With one there is nothing to deflate.
 * @param options.variance variance of the trials' Sharpe ratios **of one period**.
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import { deflatedSharpe, sharpeRatio } from "./sharpe_ratio.ts";
 * import assert from "node:assert/strict";
 * const s = sharpeRatio([0.01, -0.005, 0.02, 0.003], { periodsPerYear: 252 });
 * const { value, benchmark } = deflatedSharpe(s, { trials: 20, variance: 0.04 });
 * assert.deepEqual([value.toFixed(4), benchmark.toFixed(4)], ["0.6867", "0.3801"]);
 * ```
 */
export function deflatedSharpe(
  sharpe: SharpeRatio,
  options: { readonly trials: number; readonly variance: number },
): { value: number; benchmark: number; trials: number } {
  const { trials = NaN, variance = NaN } = givenOptions(options);
  checkWhole("trials", trials, 1);
  checkNotNegative("variance", variance);
  const expectedMost = trials === 1
    ? 0
    : -(1 - EULER) * normalQuantile(1 / trials) - EULER * normalQuantile(1 / (trials * Math.E));
  const benchmark = Math.sqrt(variance) * expectedMost;
  return { value: probabilisticSharpe(sharpe, benchmark), benchmark, trials };
}
