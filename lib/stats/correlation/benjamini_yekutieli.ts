import { benjaminiHochberg } from "./benjamini_hochberg.ts";

/**
 * p-values adjusted for having looked at many, whatever the tests have to do with one another: rejecting where the
 * adjusted value is at most q keeps the expected share of false discoveries at or below q. Those of
 * {@link benjaminiHochberg}, which needs independent or positively dependent tests, times `1 + 1/2 + … + 1/m` of m
 * tests (Benjamini & Yekutieli, Annals of Statistics 29, 2001).
 *
 * @param pvalues within 0..1; NaN (no test made) stays NaN and does not count.
 * @returns adjusted p-values in the same order.
 * @throws {RangeError} when a p-value is not within 0..1.
 *
 * @example
 * ```ts
 * import { benjaminiYekutieli } from "./benjamini_yekutieli.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...benjaminiYekutieli([0.01, 0.5, NaN])], [0.03, 0.75, NaN]);
 * ```
 */
export function benjaminiYekutieli(pvalues: ArrayLike<number>): Float64Array {
  const adjusted = benjaminiHochberg(pvalues);
  let factor = 0, tests = 0;
  for (const p of adjusted) if (!Number.isNaN(p)) factor += 1 / ++tests;
  return adjusted.map((p) => Number.isNaN(p) ? NaN : Math.min(1, factor * p));
}
