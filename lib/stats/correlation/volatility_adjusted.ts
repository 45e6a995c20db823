import { checkNumber, checkNumbers } from "../numbers.ts";
import { checkWhole } from "../check_whole.ts";
import { pearson, type PearsonEstimate, type PearsonOptions } from "./pearson.ts";
import { checkLambda } from "../rolling/risk_metrics.ts";
import { powerOfTwo } from "../regression/columns.ts";
import { checkSameLength } from "../rolling/window_options.ts";

/** Fewest pairs for a correlation. */
const LEAST = 30;

/** Options of {@link ewmaStandardised} and {@link volatilityAdjustedCorrelation}. */
export interface EwmaOptions {
  /** Weight of the past in the variance, strictly between 0 and 1. @default 0.94 */
  readonly lambda?: number;
  /** Returns that only feed the variance before the first result. @default 20 */
  readonly warmUp?: number;
}

/**
 * Returns in units of the volatility foreseen for them: `r_t / σ_{t|t-1}` with the zero-mean recursion
 * `σ²_{t+1} = λ σ²_t + (1 - λ) r_t²` (RiskMetrics, 1996), started with the mean square of the warm-up.
 * Nothing looks ahead: row t's σ ends at t - 1.
 *
 * @param returns log returns in time order; a missing one gives NaN and leaves σ as it is.
 * @returns no unit; NaN in the warm-up and while σ is 0.
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import { ewmaStandardised } from "./volatility_adjusted.ts";
 * import assert from "node:assert/strict";
 * const z = ewmaStandardised([0.01, -0.01, 0.02, 0.02], { warmUp: 2, lambda: 0.5 });
 * assert.deepEqual([...z].map((v) => v.toFixed(4)), ["NaN", "NaN", "2.0000", "1.2649"]);
 * ```
 */
export function ewmaStandardised(
  returns: ArrayLike<number>,
  options: EwmaOptions = {},
): Float64Array {
  const { lambda = 0.94, warmUp = 20 } = options;
  checkNumbers(returns, "returns");
  checkLambda(lambda);
  checkWhole("warmUp", warmUp, 1);
  let seen = 0, variance = 0, unit = 0;
  return Float64Array.from(returns, (value) => {
    if (!Number.isFinite(value)) return NaN;
    // In a power of two of the first return that is not 0: squares of the smallest returns are doubles too,
    // and no later return has a say in it.
    if (unit === 0 && value !== 0) unit = powerOfTwo(Math.abs(value));
    const r = unit === 0 ? 0 : value / unit;
    seen++;
    const sigma = Math.sqrt(variance);
    if (seen <= warmUp) {
      variance += (r * r - variance) / seen;
      return NaN;
    }
    variance = lambda * variance + (1 - lambda) * r * r;
    return sigma > 0 ? r / sigma : NaN;
  });
}

/**
 * Correlation of two returns after each is divided by its own foreseen volatility
 * ({@link ewmaStandardised}), so that a few stormy hours do not make the number. With Fisher's interval,
 * as {@link pearson}. NaN with fewer than 30 pairs after the warm-up.
 *
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 *
 * @example
 * ```ts
 * import { volatilityAdjustedCorrelation } from "./volatility_adjusted.ts";
 * import assert from "node:assert/strict";
 * const x = Float64Array.from({ length: 99 }, (_, i) => Math.sin(i * i) * (i > 70 ? 9 : 1));
 * const { value, n } = volatilityAdjustedCorrelation(x, x.map((v) => -v));
 * assert.equal(value.toFixed(12), "-1.000000000000");
 * assert.equal(n, 79);
 * ```
 */
export function volatilityAdjustedCorrelation(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: EwmaOptions & PearsonOptions = {},
): PearsonEstimate {
  checkSameLength(x, y);
  const estimate = pearson(ewmaStandardised(x, options), ewmaStandardised(y, options), options);
  const method = `EWMA-standardised; ${estimate.method}`;
  if (estimate.n >= LEAST) return { ...estimate, method };
  return { ...estimate, value: NaN, lo: NaN, hi: NaN, pvalue: NaN, method };
}

/**
 * What a correlation measured in a stormy stretch would have been at the calm stretch's volatility, if
 * only the volatility of the source market rose: `r / √(1 + δ (1 - r²))` with
 * `δ = var_high / var_low - 1` of the source market (Forbes & Rigobon, Journal of Finance 57, 2002).
 *
 * @param r correlation in the stormy stretch, -1..1.
 * @param varianceRatio `var_high / var_low`, above 0.
 * @throws {RangeError} when `r` is beyond ±1 or the ratio not above 0.
 *
 * @example
 * ```ts
 * import { forbesRigobon } from "./volatility_adjusted.ts";
 * import assert from "node:assert/strict";
 * assert.equal(forbesRigobon(0.8, 5).toFixed(6), "0.512148");
 * assert.equal(forbesRigobon(0.8, 1), 0.8);
 * ```
 */
export function forbesRigobon(r: number, varianceRatio: number): number {
  checkNumber("r", r);
  checkNumber("varianceRatio", varianceRatio);
  if (Math.abs(r) > 1) throw new RangeError(`r must be within -1..1, got ${r}`);
  if (varianceRatio <= 0 || varianceRatio === Infinity) {
    throw new RangeError(`varianceRatio must be above 0, got ${varianceRatio}`);
  }
  return r / Math.sqrt(1 + (varianceRatio - 1) * (1 - r * r));
}
