/**
 * Quantile of the finite numbers of a column: linear between the order statistics at `(n - 1) p` (type 7
 * of Hyndman & Fan, The American Statistician 50, 1996; the default of numpy, pandas, R and Excel), in the
 * unit of the column.
 *
 * @param p share of the numbers below, 0..1.
 * @returns NaN for a column without numbers.
 * @throws {RangeError} when `p` is not within 0..1.
 *
 * @example
 * ```ts
 * import { quantile } from "./quantile.ts";
 * import assert from "node:assert/strict";
 * assert.equal(quantile([4, 1, NaN, 3, 2], 0.5), 2.5);
 * ```
 */
export function quantile(x: ArrayLike<number>, p: number): number {
  return quantileOfSorted(sortedNumbers(x), p);
}

/** The finite numbers of a column in ascending order. */
export function sortedNumbers(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x).filter((value) => Number.isFinite(value)).sort();
}

/** {@link quantile} of numbers already in ascending order. */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must be within 0..1, got ${p}`);
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * p;
  const below = Math.floor(place), share = place - below;
  const low = sorted[below]!, high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return share === 0 ? low : low * (1 - share) + high * share;
}
