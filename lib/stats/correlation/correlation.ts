import { lagDot } from "../dot.ts";
import { deviationsOfPairs, type PairDeviations } from "./pair_deviations.ts";

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
  const pairs = deviationsOfPairs(x, y);
  return { value: correlationOfPairs(pairs), n: pairs.n };
}

/** {@link correlation} of pairs that are deviations already. */
export function correlationOfPairs({ x, y, n }: PairDeviations): number {
  if (n < 2) return NaN;
  const xx = lagDot(x, x), yy = lagDot(y, y);
  if (!(xx > 0 && yy > 0) || xx === Infinity || yy === Infinity) return NaN;
  const r = lagDot(x, y) / (Math.sqrt(xx) * Math.sqrt(yy));
  return Math.max(-1, Math.min(1, r));
}
