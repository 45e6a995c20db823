import { powerOfTwo } from "../regression/columns.ts";
import { quantileOfSorted, sortedNumbers } from "./quantile.ts";

/** A column in a few numbers; NaN where there are too few for one. */
export interface Description {
  /** Finite numbers; the others are left out. */
  readonly n: number;
  readonly mean: number;
  /** Sample variance, divisor n - 1. */
  readonly var1: number;
  /** Sample standard deviation, divisor n - 1. */
  readonly sd1: number;
  /** Sample skewness G1; NaN below 3 numbers or for a constant column. */
  readonly skew1: number;
  /** Sample excess kurtosis G2; NaN below 4 numbers or for a constant column. */
  readonly kurt1: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Type 7 quantile, see {@link quantile}; `p` within 0..1. */
  quantile(p: number): number;
}

/**
 * Mean, spread, shape and order of the finite numbers of a column, in its unit (`var1` in the unit
 * squared; `skew1`, `kurt1` without).
 *
 * Two passes about the first number, in powers of two of the spread: exact at any level, and at scales
 * whose fourth powers no double can hold. Sample skewness and kurtosis: Joanes & Gill, The Statistician
 * 47 (1998); the same as scipy with `bias=False`, pandas and Excel, but NaN for a constant column.
 *
 * @example
 * ```ts
 * import { describe } from "./describe.ts";
 * import assert from "node:assert/strict";
 * const d = describe([2, 4, 4, NaN, 5, 10]);
 * assert.deepEqual([d.n, d.mean, d.var1, d.median, d.max], [5, 5, 9, 4, 10]);
 * assert.equal(d.quantile(0.75), 5);
 * ```
 */
export function describe(x: ArrayLike<number>): Description {
  const sorted = sortedNumbers(x);
  const n = sorted.length;
  // The middle one, so that a lone outlier is not the origin of all the others.
  const anchor = sorted[n >> 1] ?? NaN;
  const scale = powerOfTwo(Math.max(anchor - (sorted[0] ?? NaN), (sorted[n - 1] ?? NaN) - anchor));
  let sum = 0;
  for (const value of sorted) sum += (value - anchor) / scale;
  const offset = sum / n;
  let squares = 0, cubes = 0, fourths = 0;
  for (const value of sorted) {
    const d = (value - anchor) / scale - offset;
    squares += d * d;
    cubes += d * d * d;
    fourths += d * d * d * d;
  }
  const sd1 = n > 1 ? Math.sqrt(squares / (n - 1)) * scale : NaN;
  const isConstant = !(squares > 0);
  const g1 = cubes / n / (squares / n) ** 1.5, g2 = fourths / n / (squares / n) ** 2 - 3;
  return {
    n,
    mean: n === 0 ? NaN : anchor + offset * scale,
    var1: n > 1 ? squares / (n - 1) * scale * scale : NaN,
    sd1,
    skew1: n < 3 || isConstant ? NaN : g1 * Math.sqrt(n * (n - 1)) / (n - 2),
    kurt1: n < 4 || isConstant ? NaN : (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6),
    median: quantileOfSorted(sorted, 0.5),
    min: sorted[0] ?? NaN,
    max: sorted[n - 1] ?? NaN,
    quantile: (p) => quantileOfSorted(sorted, p),
  };
}
