import { completePairs } from "./complete_pairs.ts";
import { correlationPValue } from "./correlation_p_value.ts";
import { midRanks } from "./mid_ranks.ts";
import { permutationPValue } from "./permutation_p_value.ts";

/** Up to this many pairs the p-value is counted out, as R's `cor.test` does. */
const MAX_EXACT = 9;

/** A rank correlation with its two-sided p-value under independence. */
export interface RankCorrelation {
  /** -1..1; NaN where undefined. */
  readonly value: number;
  readonly pvalue: number;
  /** Complete pairs used. */
  readonly n: number;
}

/**
 * Spearman's rank correlation: Pearson's r of the mid-ranks (C. Spearman, American Journal of Psychology
 * 15, 1904), over the rows where both sides are finite. It sees monotone relations, and an outlier counts
 * as one rank.
 *
 * The two-sided p-value is exact up to 9 pairs: the share of all orders of one side whose |r| is as large,
 * given the ties. R's `cor.test` has the same where nothing is tied; scipy has the t below at any n, which
 * calls a perfect order of 3 certain. Above, it is that of `t = r √((n-2)/(1-r²))` with n - 2 degrees of
 * freedom, as scipy's.
 *
 * NaN with fewer than 3 pairs or a constant side. O(n log n).
 *
 * @throws {RangeError} when the columns differ in length.
 *
 * @example
 * ```ts
 * import { spearman } from "./spearman.ts";
 * import assert from "node:assert/strict";
 * const { value, pvalue } = spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]);
 * assert.deepEqual([value.toFixed(6), pvalue.toFixed(6)], ["0.820783", "0.133333"]);
 * ```
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): RankCorrelation {
  const pairs = completePairs(x, y), n = pairs.n;
  if (n < 3) return { value: NaN, pvalue: NaN, n };
  const a = centredRanks(pairs.x), b = centredRanks(pairs.y);
  const value = rankCorrelation(a, b);
  const pvalue = n <= MAX_EXACT && !Number.isNaN(value)
    ? permutationPValue(a, b)
    : correlationPValue(value, n - 2);
  return { value, pvalue, n };
}

/** Twice the distance of each mid-rank from their mean: whole numbers, so that 1 is 1. */
function centredRanks(x: Float64Array): number[] {
  return Array.from(midRanks(x), (rank) => 2 * rank - (x.length + 1));
}

/** Pearson's r of centred ranks. */
function rankCorrelation(x: readonly number[], y: readonly number[]): number {
  let xx = 0, yy = 0, xy = 0;
  for (let row = 0; row < x.length; row++) {
    const dx = x[row]!, dy = y[row]!;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx === 0 || yy === 0 ? NaN : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}
