import { checkNumber } from "../numbers.ts";
import { normalQuantile } from "../distributions/normal_quantile.ts";

/**
 * Confidence interval of a correlation by Fisher's z: `tanh(atanh r ± z / sqrt(n - 3))`
 * (R. A. Fisher, Metron 1, 1921). It supposes independent, roughly normal pairs; overlapping windows are
 * not independent of each other.
 *
 * @param r correlation, -1..1; NaN gives NaN.
 * @param n pairs it rests on (or the effective number). Below 4 there is no interval: NaN.
 * @param level coverage, between 0 and 1. @default 0.95
 * @throws {RangeError} when `r` is beyond ±1 or `level` is not strictly between 0 and 1.
 *
 * @example
 * ```ts
 * import { fisherInterval } from "./fisher.ts";
 * import assert from "node:assert/strict";
 * const { lo, hi } = fisherInterval(0.5, 103);
 * assert.deepEqual([lo.toFixed(4), hi.toFixed(4)], ["0.3393", "0.6323"]);
 * ```
 */
export function fisherInterval(r: number, n: number, level = 0.95): { lo: number; hi: number } {
  checkNumber("r", r);
  checkNumber("n", n);
  if (n === Infinity) throw new RangeError(`n must be a number of pairs, got ${n}`);
  if (!(typeof level === "number" && level > 0 && level < 1)) {
    throw new RangeError(`level must lie strictly between 0 and 1, got ${level}`);
  }
  if (Math.abs(r) > 1) throw new RangeError(`r must be within -1..1, got ${r}`);
  if (Number.isNaN(r) || !(n >= 4)) return { lo: NaN, hi: NaN };
  // atanh is infinite there, and an exact relation leaves no spread to speak of.
  if (Math.abs(r) === 1) return { lo: r, hi: r };
  const centre = Math.atanh(r);
  const half = normalQuantile((1 + level) / 2) / Math.sqrt(n - 3);
  return { lo: Math.tanh(centre - half), hi: Math.tanh(centre + half) };
}
