import { completePairs } from "./complete_pairs.ts";
import { correlationPValue } from "./correlation_p_value.ts";
import { midRanks } from "./mid_ranks.ts";

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
 * as one rank. The p-value is that of `t = r √((n-2)/(1-r²))` with n - 2 degrees of freedom, as scipy's.
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
 * assert.deepEqual([value.toFixed(6), pvalue.toFixed(6)], ["0.820783", "0.088587"]);
 * ```
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): RankCorrelation {
  const pairs = completePairs(x, y), n = pairs.n;
  if (n < 3) return { value: NaN, pvalue: NaN, n };
  const value = rankCorrelation(midRanks(pairs.x), midRanks(pairs.y));
  return { value, pvalue: correlationPValue(value, n - 2), n };
}

/** Pearson's r of ranks, in whole numbers (twice the distance from the mean rank), so that 1 is 1. */
function rankCorrelation(x: Float64Array, y: Float64Array): number {
  let xx = 0, yy = 0, xy = 0;
  for (let row = 0; row < x.length; row++) {
    const dx = 2 * x[row]! - (x.length + 1), dy = 2 * y[row]! - (x.length + 1);
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx === 0 || yy === 0 ? NaN : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}
