import { powerOfTwo } from "../regression/columns.ts";
import { finiteNumbers } from "../numbers.ts";
import { centralMoments, sampleKurtosis, sampleSkewness } from "./central_moments.ts";
import { quantileOf, quantileOfSorted } from "./quantile.ts";

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
 * Two passes about one of the numbers, in powers of two of the spread: exact at any level, and at scales
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
  const values = finiteNumbers(x, "x");
  const n = values.length;
  let min = n === 0 ? NaN : Infinity, max = n === 0 ? NaN : -Infinity;
  for (let row = 0; row < n; row++) {
    if (values[row]! < min) min = values[row]!;
    if (values[row]! > max) max = values[row]!;
  }
  const median = quantileOf(values, 0.5);
  // The middle one, so that a lone outlier is not the origin of all the others.
  const anchor = values[n >> 1] ?? NaN;
  const scale = powerOfTwo(Math.max(anchor - min, max - anchor));
  const scaled = new Float64Array(n);
  for (let row = 0; row < n; row++) scaled[row] = (values[row]! - anchor) / scale;
  const moments = centralMoments(scaled, 0);
  let sorted: Float64Array | undefined;
  const isConstant = !(moments.squares > 0);
  return {
    n,
    mean: n === 0 ? NaN : anchor + moments.mean * scale,
    var1: n > 1 ? moments.squares / (n - 1) * scale * scale : NaN,
    sd1: n > 1 ? Math.sqrt(moments.squares / (n - 1)) * scale : NaN,
    skew1: n < 3 || isConstant ? NaN : sampleSkewness(moments),
    kurt1: n < 4 || isConstant ? NaN : sampleKurtosis(moments),
    median,
    min,
    max,
    quantile: (p) => quantileOfSorted(sorted ??= values.sort(), p),
  };
}
