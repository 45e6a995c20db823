import { lagDot } from "../dot.ts";
import { mean, powerOfTwo } from "../regression/columns.ts";
import { completePairs } from "./complete_pairs.ts";

/**
 * Pearson correlation of two whole columns over the rows where both are finite. Two passes about the
 * first pair, so that levels and scales cost no digits.
 *
 * @returns `value` (NaN with fewer than two pairs or a constant side) and `n`, the pairs used.
 * @throws {RangeError} when the columns differ in length.
 *
 * @example
 * ```ts
 * import { correlation } from "./correlation.ts";
 * import assert from "node:assert/strict";
 * const { value, n } = correlation([1, 2, NaN, 4], [3, 2, 1, 0]);
 * assert.ok(Math.abs(value + 1) < 1e-15);
 * assert.equal(n, 3);
 * ```
 */
export function correlation(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { value: number; n: number } {
  const pairs = completePairs(x, y), n = pairs.n;
  if (n < 2) return { value: NaN, n };
  // About the mean, in powers of two of the spread: a correlation has no unit and squares may be no doubles.
  centre(pairs.x);
  centre(pairs.y);
  const xx = lagDot(pairs.x, pairs.x), yy = lagDot(pairs.y, pairs.y);
  if (!(xx > 0 && yy > 0) || xx === Infinity || yy === Infinity) return { value: NaN, n };
  const r = lagDot(pairs.x, pairs.y) / (Math.sqrt(xx) * Math.sqrt(yy));
  return { value: Math.max(-1, Math.min(1, r)), n };
}

/** The values become distances from their mean over a power of two near the largest from the first. */
function centre(values: Float64Array): void {
  const anchor = values[0]!, n = values.length;
  let least = anchor, most = anchor;
  for (let row = 0; row < n; row++) {
    if (values[row]! < least) least = values[row]!;
    if (values[row]! > most) most = values[row]!;
  }
  const perUnit = 1 / powerOfTwo(Math.max(most - anchor, anchor - least));
  for (let row = 0; row < n; row++) values[row] = (values[row]! - anchor) * perUnit;
  const offset = mean(values);
  for (let row = 0; row < n; row++) values[row]! -= offset;
}
