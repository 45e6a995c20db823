import { normalSurvival } from "../distributions/distributions.ts";

/** A correlation and the (effective) pairs it rests on. */
export interface MeasuredCorrelation {
  readonly r: number;
  readonly n: number;
}

/** Whether two correlations differ, and by how much. */
export interface CorrelationDifference {
  /** Standard normal under "equal"; positive where the first is larger. NaN below 4 pairs. */
  readonly z: number;
  /** Two-sided. */
  readonly pvalue: number;
  readonly method: string;
}

/**
 * Whether two correlations differ, on Fisher's scale: `(atanh r1 - atanh r2) / se`.
 *
 * - `independent`: no row in both; `se² = 1/(n1 - 3) + 1/(n2 - 3)` (R. A. Fisher, Metron 1, 1921).
 * - `nested`: the rows of one are among those of the other, as a short window within a long one; then
 *   `se² = |1/(n1 - 3) - 1/(n2 - 3)|`, the variance of an estimate less that of one that uses more of the
 *   same rows (J. A. Hausman, Econometrica 46, 1978). Partly overlapping windows are neither: cut them
 *   apart first.
 *
 * @throws {RangeError} when a correlation is beyond ±1 or `rows` is neither.
 *
 * @example
 * ```ts
 * import { correlationDifference } from "./correlation_difference.ts";
 * import assert from "node:assert/strict";
 * const recent = { r: 0.2, n: 63 }, before = { r: 0.6, n: 243 };
 * assert.equal(correlationDifference(recent, before, "independent").z.toFixed(4), "-3.3977");
 * ```
 */
export function correlationDifference(
  first: MeasuredCorrelation,
  second: MeasuredCorrelation,
  rows: "independent" | "nested",
): CorrelationDifference {
  if (rows !== "independent" && rows !== "nested") {
    throw new RangeError(`rows must be "independent" or "nested", got ${rows}`);
  }
  checkCorrelations(first.r, second.r);
  const method = rows === "independent"
    ? "Fisher z of independent samples"
    : "Fisher z of nested samples";
  if (!(first.n >= 4 && second.n >= 4)) return { z: NaN, pvalue: NaN, method };
  const one = 1 / (first.n - 3), other = 1 / (second.n - 3);
  const variance = rows === "independent" ? one + other : Math.abs(one - other);
  const z = (Math.atanh(first.r) - Math.atanh(second.r)) / Math.sqrt(variance);
  return { z, pvalue: 2 * normalSurvival(Math.abs(z)), method };
}

/**
 * Whether x goes with y more than with z, all measured on the same `n` rows: Meng, Rosenthal & Rubin's
 * test of two correlations that share a side (Psychological Bulletin 111, 1992).
 *
 * @param rxy correlation of the shared side with the first other.
 * @param rxz correlation of the shared side with the second other.
 * @param ryz correlation of the two others.
 * @throws {RangeError} when a correlation is beyond ±1.
 *
 * @example
 * ```ts
 * import { sharedSideDifference } from "./correlation_difference.ts";
 * import assert from "node:assert/strict";
 * assert.equal(sharedSideDifference(0.63, -0.03, -0.19, 15).z.toFixed(4), "1.6794");
 * ```
 */
export function sharedSideDifference(
  rxy: number,
  rxz: number,
  ryz: number,
  n: number,
): CorrelationDifference {
  checkCorrelations(rxy, rxz, ryz);
  const method = "Meng-Rosenthal-Rubin, shared side";
  if (!(n >= 4)) return { z: NaN, pvalue: NaN, method };
  const mean = (rxy * rxy + rxz * rxz) / 2;
  const f = Math.min(1, (1 - ryz) / (2 * (1 - mean)));
  const h = (1 - f * mean) / (1 - mean);
  const z = (Math.atanh(rxy) - Math.atanh(rxz)) * Math.sqrt((n - 3) / (2 * (1 - ryz) * h));
  return { z, pvalue: 2 * normalSurvival(Math.abs(z)), method };
}

function checkCorrelations(...values: readonly number[]): void {
  for (const r of values) {
    if (Math.abs(r) > 1) throw new RangeError(`a correlation must be within -1..1, got ${r}`);
  }
}
