import { givenOptions } from "../given_options.ts";
import { normalSurvival } from "../distributions/distributions.ts";
import { centred, type Column, gapless, largest, powerOfTwo } from "../regression/columns.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Options of {@link varianceRatio}. */
export interface VarianceRatioOptions {
  /** Rows that the longer return spans, at least 2. @default 2 */
  readonly lag?: number;
  /** Whether the error allows for volatility that changes, as Lo & MacKinlay's z*. @default true */
  readonly robust?: boolean;
}

/** A variance ratio test. */
export interface VarianceRatio {
  /** Variance of returns over `lag` rows over `lag` times that of one row: 1 for a random walk, below 1 where
   * prices revert, above 1 where they trend. */
  readonly value: number;
  /** `(value - 1) / se`, standard normal for a random walk with drift. */
  readonly stat: number;
  /** Two-sided. */
  readonly pvalue: number;
  readonly se: number;
  readonly lag: number;
  /** Returns of one row. */
  readonly nobs: number;
}

/**
 * The variance ratio of overlapping returns, freed of its bias in short samples, with a test of the random
 * walk. Robust by default: volatility that clusters is no departure from a random walk.
 *
 * A. W. Lo & A. C. MacKinlay, Review of Financial Studies 1 (1988), eq. 12 and 18 to 20. The same as `arch`'s
 * VarianceRatio with its defaults. O(n lag), robust, else O(n).
 *
 * @param x log prices (or a spread), of bars that follow each other.
 * @throws {StatisticsError} `missing`, `too-few` (fewer than 10 returns or 2 lags), `constant`.
 * @throws {RangeError} when `lag` is not a whole number of at least 2.
 *
 * @example
 * ```ts
 * import { varianceRatio } from "./variance_ratio.ts";
 * import assert from "node:assert/strict";
 * const noise = Array.from({ length: 300 }, (_, i) => Math.sin(i * i)); // a level that always comes back
 * const { value, pvalue } = varianceRatio(noise, { lag: 5 });
 * assert.ok(value < 0.3 && pvalue < 1e-3);
 * ```
 */
export function varianceRatio(x: Column, options: VarianceRatioOptions = {}): VarianceRatio {
  const { lag = 2, robust = true } = givenOptions(options);
  if (!Number.isSafeInteger(lag) || lag < 2) {
    throw new RangeError(`lag must be a whole number of at least 2, got ${lag}`);
  }
  const levels = gapless(x, "x"), n = levels.length - 1;
  if (n < Math.max(10, 2 * lag)) {
    throw new StatisticsError(
      "too-few",
      `a variance ratio over ${lag} rows needs ${Math.max(10, 2 * lag)} returns, there are ${n}`,
    );
  }
  const returns = new Float64Array(n), unit = powerOfTwo(largest(centred(levels).values));
  for (let row = 0; row < n; row++) returns[row] = levels[row + 1]! / unit - levels[row]! / unit;
  const { values: steps } = centred(returns);
  let one = 0;
  for (const step of steps) one += step * step;
  if (!(one > 0)) {
    throw new StatisticsError("constant", "the series never changes but by its drift");
  }
  let window = 0, long = 0;
  for (let row = 0; row < n; row++) {
    window += steps[row]!;
    if (row >= lag) window -= steps[row - lag]!;
    if (row >= lag - 1) long += window * window;
  }
  const value = long / (lag * (n - lag + 1) * (1 - lag / n)) / (one / (n - 1));
  const variance = robust
    ? robustVariance(steps, lag, one)
    : 2 * (2 * lag - 1) * (lag - 1) / (3 * lag * n);
  const se = Math.sqrt(variance), stat = (value - 1) / se;
  return { value, stat, pvalue: 2 * normalSurvival(Math.abs(stat)), se, lag, nobs: n };
}

/** `Σ (2 (q - k) / q)² δ_k`, δ_k the variance of the autocorrelation at k whatever the volatility does. */
function robustVariance(steps: Float64Array, lag: number, one: number): number {
  const squares = steps.map((step) => step * step);
  let sum = 0;
  for (let k = 1; k < lag; k++) {
    let products = 0;
    for (let row = k; row < squares.length; row++) products += squares[row]! * squares[row - k]!;
    sum += (2 * (lag - k) / lag) ** 2 * products / (one * one);
  }
  return sum;
}
