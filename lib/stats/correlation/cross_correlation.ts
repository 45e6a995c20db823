import { copyNumbers } from "../numbers.ts";
import { checkWhole } from "../check_whole.ts";
import { correlation } from "./correlation.ts";
import { effectiveN } from "./effective_n.ts";
import { givenOptions } from "../given_options.ts";
import { normalQuantile } from "../distributions/normal_quantile.ts";
import { checkSameLength } from "../rolling/window_options.ts";

/** Options of {@link crossCorrelation}. */
export interface CrossCorrelationOptions {
  /** Furthest lag either way, rows; a whole number from 0. */
  readonly maxLag: number;
  /**
   * Fewest pairs for a value, at least 2. The ends of a short series leave a handful, whose r is far from 0
   * by luck and would pass for a peak. @default 10
   */
  readonly minPairs?: number;
  /** Coverage of the band at each single lag, strictly between 0 and 1. @default 0.95 */
  readonly level?: number;
}

/** A correlation a lag; positive lags are those at which x leads. */
export interface CrossCorrelation {
  /** Lags in rows, `-maxLag .. maxLag`. Positive: x leads. */
  readonly lags: number[];
  /** Pearson's r at each lag; NaN with fewer than `minPairs` pairs or a constant side. */
  readonly values: Float64Array;
  /** Pairs at each lag. */
  readonly n: Float64Array;
  /** Half width of the band around 0 for unrelated sides at one lag: `z / √nEff`. */
  readonly band: number;
  /** The effective number of pairs behind the band. */
  readonly nEff: number;
}

/**
 * Correlation of `x_t` with `y_{t + lag}` at each lag, on the rows that overlap and with their own means.
 * Positive lag: x leads, the opposite of statsmodels' `ccf`. The band is for one lag looked at alone; over
 * K lags a share of `1 - level` of them lies outside by luck. Memory in the sides widens it, see
 * {@link effectiveN}. O(rows × lags).
 *
 * A row with a missing side counts for nothing at the lags where it would be needed.
 *
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 *
 * @example
 * ```ts
 * import { crossCorrelation } from "./cross_correlation.ts";
 * import assert from "node:assert/strict";
 * const x = Float64Array.from({ length: 99 }, (_, i) => Math.sin(i * i));
 * const y = x.map((_, i) => x[i - 2] ?? 0); // y repeats x two rows later
 * const { lags, values } = crossCorrelation(x, y, { maxLag: 3 });
 * assert.equal(lags[values.indexOf(Math.max(...values))], 2);
 * ```
 */
export function crossCorrelation(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: CrossCorrelationOptions,
): CrossCorrelation {
  const { maxLag, level = 0.95, minPairs = 10 } = givenOptions(options);
  checkSameLength(x, y);
  checkWhole("maxLag", maxLag, 0);
  checkWhole("minPairs", minPairs, 2);
  if (!(typeof level === "number" && level > 0 && level < 1)) {
    throw new RangeError(`level must lie strictly between 0 and 1, got ${level}`);
  }
  const a = copyNumbers(x, "x"), b = copyNumbers(y, "y"), rows = a.length;
  const lags = Array.from({ length: 2 * maxLag! + 1 }, (_, i) => i - maxLag!);
  const points = lags.map((lag) => {
    const from = Math.max(0, -lag), to = Math.max(from, Math.min(rows, rows - lag));
    return correlation(a.subarray(from, to), b.subarray(from + lag, to + lag));
  });
  const nEff = effectiveN(a, b);
  return {
    lags,
    values: Float64Array.from(points, (point) => point.n < minPairs ? NaN : point.value),
    n: Float64Array.from(points, (point) => point.n),
    band: normalQuantile((1 + level) / 2) / Math.sqrt(nEff),
    nEff,
  };
}
