import { correlation } from "./correlation.ts";
import { correlationPValue } from "./correlation_p_value.ts";
import { effectiveN } from "./effective_n.ts";
import { fisherInterval } from "./fisher.ts";

/** Options of {@link pearson}. */
export interface PearsonOptions {
  /** Coverage of the interval, strictly between 0 and 1. @default 0.95 */
  readonly level?: number;
  /**
   * What the interval and the p-value rest on: the pairs discounted for correlation in time, or `rows`,
   * all of them, which supposes them independent. @default "effective"
   */
  readonly basis?: "effective" | "rows";
}

/** Pearson's r with its interval and the pairs it rests on. */
export interface PearsonEstimate {
  /** -1..1; NaN with fewer than two pairs or a constant side. */
  readonly value: number;
  /** Ends of the interval; NaN below 4 (effective) pairs. */
  readonly lo: number;
  readonly hi: number;
  /** Two-sided, of "no correlation". */
  readonly pvalue: number;
  /** Complete pairs. */
  readonly n: number;
  /** Pairs the inference rests on, see {@link effectiveN}. */
  readonly nEff: number;
  readonly level: number;
  readonly method: string;
}

/**
 * Pearson's correlation with Fisher's interval (Metron 1, 1921) and the p-value of Student's t, over the
 * rows where both sides are finite. The rows must be in their order in time for the effective number.
 *
 * @throws {RangeError} when the columns differ in length or `level` is out of range.
 *
 * @example
 * ```ts
 * import { pearson } from "./pearson.ts";
 * import assert from "node:assert/strict";
 * const { value, lo, hi, n } = pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], { basis: "rows" });
 * assert.deepEqual([value, lo, hi].map((v) => v.toFixed(4)), ["0.8000", "-0.2796", "0.9862"]);
 * assert.equal(n, 5);
 * ```
 */
export function pearson(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: PearsonOptions = {},
): PearsonEstimate {
  const { level = 0.95, basis = "effective" } = options;
  const { value, n } = correlation(x, y);
  const nEff = basis === "rows" ? n : effectiveN(x, y);
  const { lo, hi } = fisherInterval(value, nEff, level);
  const method = `Pearson, Fisher interval, ${basis === "rows" ? "all rows" : "effective n"}`;
  return { value, lo, hi, pvalue: correlationPValue(value, nEff - 2), n, nEff, level, method };
}
