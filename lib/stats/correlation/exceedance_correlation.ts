import { givenOptions } from "../given_options.ts";
import { copyNumbers } from "../numbers.ts";
import { normalSurvival } from "../distributions/distributions.ts";
import { bivariateNormalSurvival } from "../distributions/bivariate_normal.ts";
import { completePairs } from "./complete_pairs.ts";
import { correlation } from "./correlation.ts";
import { centred } from "../regression/columns.ts";
import { norm } from "../regression/least_squares.ts";

/** Options of {@link exceedanceCorrelation}. */
export interface ExceedanceOptions {
  /** Thresholds in standard deviations of each side, 0 or more. @default 0, 0.5, 1 and 1.5 */
  readonly thresholds?: readonly number[];
  /** Fewest rows beyond a threshold for a value, at least 3. @default 20 */
  readonly minPairs?: number;
}

/** Correlation of the rows beyond each threshold; one element a threshold. */
export interface ExceedanceCorrelation {
  readonly thresholds: readonly number[];
  /** Of the rows in which both sides are at or below minus the threshold; NaN with too few of them. */
  readonly lower: Float64Array;
  readonly lowerN: Float64Array;
  /** Of the rows in which both are at or above the threshold. */
  readonly upper: Float64Array;
  readonly upperN: Float64Array;
  /** What a normal pair with the correlation of all rows shows beyond the threshold, on either side. */
  readonly normal: Float64Array;
  /** Correlation of all rows. */
  readonly correlation: number;
}

/**
 * Exceedance correlation: Pearson's r of the rows in which both sides, standardised, lie beyond a threshold on
 * the same side. Conditioning alone lowers r, and of a normal pair it falls towards 0 the further out:
 * compare with `normal`. Falls that stay correlated where `normal` does not are the asymmetry of Longin & Solnik.
 *
 * F. Longin & B. Solnik, Journal of Finance 56 (2001); A. Ang & J. Chen, Journal of Financial Economics 63
 * (2002). Moments of the truncated normal pair: S. Rosenbaum, JRSS B 23 (1961). O(n) a threshold.
 *
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 * @throws {TypeError} when a value is neither a number nor missing.
 *
 * @example
 * ```ts
 * import { exceedanceCorrelation } from "./exceedance_correlation.ts";
 * import assert from "node:assert/strict";
 * const x = Array.from({ length: 600 }, (_, i) => Math.sin(i * i));
 * const y = x.map((v, i) => v < 0 ? v : Math.abs(Math.cos(3 * i * i))); // one market while it falls
 * const { lower, upper } = exceedanceCorrelation(x, y, { thresholds: [0.5] });
 * assert.ok(lower[0]! > 0.9 && upper[0]! < 0.4);
 * ```
 */
export function exceedanceCorrelation(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: ExceedanceOptions = {},
): ExceedanceCorrelation {
  const { thresholds = [0, 0.5, 1, 1.5], minPairs = 20 } = givenOptions(options);
  const levels = Array.from(copyNumbers(thresholds, "thresholds"));
  if (levels.length === 0 || !levels.every((level) => level >= 0 && level < Infinity)) {
    throw new RangeError(`thresholds must be 0 or more, at least one, got ${thresholds}`);
  }
  if (!Number.isSafeInteger(minPairs) || minPairs < 3) {
    throw new RangeError(`minPairs must be a whole number of at least 3, got ${minPairs}`);
  }
  const pairs = completePairs(x, y), r = correlation(pairs.x, pairs.y).value;
  const a = standardised(pairs.x), b = standardised(pairs.y);
  const column = () => new Float64Array(levels.length);
  const lower = column(), lowerN = column(), upper = column(), upperN = column();
  levels.forEach((level, i) => {
    const below = beyond(a, b, (value) => value <= -level);
    const above = beyond(a, b, (value) => value >= level);
    lower[i] = below.n < minPairs ? NaN : below.value;
    upper[i] = above.n < minPairs ? NaN : above.value;
    lowerN[i] = below.n;
    upperN[i] = above.n;
  });
  return {
    thresholds: levels,
    lower,
    lowerN,
    upper,
    upperN,
    normal: Float64Array.from(levels, (level) => truncatedCorrelation(level, r)),
    correlation: r,
  };
}

function standardised(values: Float64Array): Float64Array {
  const deviations = centred(values).values;
  const sd = norm(deviations) / Math.sqrt(values.length - 1);
  return deviations.map((value) => value / sd);
}

function beyond(x: Float64Array, y: Float64Array, isBeyond: (value: number) => boolean) {
  const rows = Array.from(x.keys()).filter((row) => isBeyond(x[row]!) && isBeyond(y[row]!));
  return correlation(rows.map((row) => x[row]!), rows.map((row) => y[row]!));
}

/** Correlation of a standard normal pair with correlation r, both above h. */
function truncatedCorrelation(h: number, r: number): number {
  if (!(Math.abs(r) < 1)) return r;
  const free = (1 - r) * (1 + r), density = Math.exp(-h * h / 2) / Math.sqrt(2 * Math.PI);
  const mass = bivariateNormalSurvival(h, h, r);
  const edge = density * normalSurvival(h * (1 - r) / Math.sqrt(free));
  const corner = Math.sqrt(free) / (2 * Math.PI) * Math.exp(-h * h / (1 + r));
  const mean = (1 + r) * edge / mass;
  const square = 1 + ((1 + r * r) * h * edge + r * corner) / mass;
  const product = r + (2 * r * h * edge + corner) / mass;
  return (product - mean * mean) / (square - mean * mean);
}
