import { deviationsOfPairs, type PairDeviations } from "./pair_deviations.ts";

/** Pairs summed by themselves before they are added to the rest, so that rounding hardly grows with the rows. */
const BLOCK = 256;

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
  let xx = 0, yy = 0, xy = 0;
  for (let from = 0; from < n; from += BLOCK) {
    const to = Math.min(n, from + BLOCK);
    let blockXx = 0, blockYy = 0, blockXy = 0;
    for (let i = from; i < to; i++) {
      const a = x[i]!, b = y[i]!;
      blockXx += a * a;
      blockYy += b * b;
      blockXy += a * b;
    }
    xx += blockXx;
    yy += blockYy;
    xy += blockXy;
  }
  if (!(xx > 0 && yy > 0) || xx === Infinity || yy === Infinity) return NaN;
  const r = xy / (Math.sqrt(xx) * Math.sqrt(yy));
  return Math.max(-1, Math.min(1, r));
}
