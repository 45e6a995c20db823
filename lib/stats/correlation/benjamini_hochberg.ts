import { copyNumbers } from "../numbers.ts";

/**
 * p-values adjusted for having looked at many: rejecting where the adjusted value is at most q keeps the
 * expected share of false discoveries at or below q, for independent or positively dependent tests
 * (Benjamini & Hochberg, JRSS B 57, 1995).
 *
 * @param pvalues within 0..1; NaN (no test made) stays NaN and does not count.
 * @returns adjusted p-values in the same order.
 * @throws {RangeError} when a p-value is not within 0..1.
 *
 * @example
 * ```ts
 * import { benjaminiHochberg } from "./benjamini_hochberg.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...benjaminiHochberg([0.01, 0.5, 0.02, NaN])], [0.03, 0.5, 0.03, NaN]);
 * ```
 */
export function benjaminiHochberg(pvalues: ArrayLike<number>): Float64Array {
  const adjusted = copyNumbers(pvalues, "pvalues");
  for (const p of adjusted) {
    if (p < 0 || p > 1) throw new RangeError(`a p-value must be within 0..1, got ${p}`);
  }
  const raw = adjusted.slice();
  const order = Array.from(adjusted.keys()).filter((i) => !Number.isNaN(adjusted[i]))
    .sort((i, j) => raw[j]! - raw[i]!);
  let least = 1;
  order.forEach((index, place) => {
    const rank = order.length - place;
    least = Math.min(least, raw[index]! * (order.length / rank));
    adjusted[index] = least;
  });
  return adjusted;
}
