import { correlationOfPairs } from "./correlation.ts";
import { inferFromEffective, inferFromRows } from "./correlation_inference.ts";
import { inflationOf } from "./effective_n.ts";
import { deviationsOfPairs } from "./pair_deviations.ts";

/** Options of {@link pearson}. */
export interface PearsonOptions {
  /** Coverage of the interval, strictly between 0 and 1. @default 0.95 */
  readonly level?: number;
  /**
   * What the interval and the p-value rest on: the pairs discounted for fat tails, shared volatility and
   * correlation in time (see `effectiveN`), or `rows`, all of them, which supposes independent normal
   * pairs. @default "effective"
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
  /** Pairs the inference rests on, see `effectiveN`. */
  readonly nEff: number;
  readonly level: number;
  readonly method: string;
}

/**
 * Pearson's correlation with Fisher's interval (Metron 1, 1921) and the p-value of Student's t, over the
 * rows where both sides are finite. The rows must be in their order in time for the effective number.
 *
 * By default the interval holds on real markets: 95 % ones cover the truth in 93 to 97 % of samples of joint
 * t(4), of a shared GARCH(0.12, 0.86) and of sides with memory to 0.9, from 60 pairs on (`deno task truth`).
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
  const pairs = deviationsOfPairs(x, y), value = correlationOfPairs(pairs), { n } = pairs;
  const inference = basis === "rows"
    ? inferFromRows(value, n, level)
    : inferFromEffective(value, n, level, inflationOf(pairs));
  const method = `Pearson, Fisher interval, ${basis === "rows" ? "all rows" : "effective n"}`;
  return { value, n, ...inference, level, method };
}
