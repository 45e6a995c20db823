import { finiteNumbers } from "../numbers.ts";
import { select } from "../select.ts";

/**
 * Quantile of the finite numbers of a column: linear between the order statistics at `(n - 1) p` (type 7
 * of Hyndman & Fan, The American Statistician 50, 1996; the default of numpy, pandas, R and Excel), in the
 * unit of the column. O(n), by selection.
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
  return quantileOf(finiteNumbers(x, "x"), p);
}

/** {@link quantile} of finite numbers, which are reordered. */
export function quantileOf(values: Float64Array, p: number): number {
  checkShare(p);
  if (values.length === 0) return NaN;
  const { below, share } = placeOf(values.length, p);
  const low = select(values, below);
  if (share === 0) return low;
  // Selection leaves the larger numbers behind; the next one is the least of them.
  let high = Infinity;
  for (let i = below + 1; i < values.length; i++) high = Math.min(high, values[i]!);
  return between(low, high, share);
}

/** {@link quantile} of numbers already in ascending order. */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  checkShare(p);
  if (sorted.length === 0) return NaN;
  const { below, share } = placeOf(sorted.length, p);
  return share === 0 ? sorted[below]! : between(sorted[below]!, sorted[below + 1]!, share);
}

/** Rank below the quantile, from 0, and how far the quantile lies towards the next. */
function placeOf(n: number, p: number): { below: number; share: number } {
  const place = (n - 1) * p, below = Math.floor(place);
  return { below, share: place - below };
}

function between(low: number, high: number, share: number): number {
  // Within both: the smallest doubles round by more than themselves.
  return Math.min(high, Math.max(low, low * (1 - share) + high * share));
}

function checkShare(p: number): void {
  if (!(typeof p === "number" && p >= 0 && p <= 1)) {
    throw new RangeError(`p must be within 0..1, got ${p}`);
  }
}
