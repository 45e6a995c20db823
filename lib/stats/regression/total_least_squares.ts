import { checkLengths, type Column } from "./columns.ts";
import { CoMoments } from "../rolling/co_moments.ts";

export interface TotalLeastSquaresOptions {
  /**
   * Variance of the noise in y over that in x. `"standardised"` takes the ratio of the variances of y
   * and x themselves, so that neither unit nor volatility favours a side; 1 is orthogonal regression.
   * @default "standardised"
   */
  readonly noiseRatio?: number | "standardised";
}

/**
 * The line for two series that both carry noise (Deming's regression, orthogonal when the ratio is 1):
 * with `d = Syy - λ Sxx`, `beta = (d + √(d² + 4 λ Sxy²)) / (2 Sxy)`. Swapping y and x inverts the slope,
 * which least squares does not. For standardised series `beta = sign(r) sd_y / sd_x`.
 *
 * Only complete rows count. NaN with fewer than two of them, a constant side, or Sxy = 0.
 *
 * Source: W. E. Deming, Statistical Adjustment of Data, 1943.
 *
 * @throws {RangeError} when lengths differ or the ratio is not above 0.
 *
 * @example
 * ```ts
 * import { totalLeastSquares } from "./total_least_squares.ts";
 * import assert from "node:assert/strict";
 * const there = totalLeastSquares([1, 3, 2, 5], [1, 2, 3, 4], { noiseRatio: 1 });
 * const back = totalLeastSquares([1, 2, 3, 4], [1, 3, 2, 5], { noiseRatio: 1 });
 * assert.equal(there.slope.toFixed(12), (1 / back.slope).toFixed(12));
 * ```
 */
export function totalLeastSquares(
  y: Column,
  x: Column,
  options: TotalLeastSquaresOptions = {},
): { slope: number; intercept: number; n: number } {
  const { noiseRatio = "standardised" } = options;
  if (noiseRatio !== "standardised" && !(noiseRatio > 0 && noiseRatio < Infinity)) {
    throw new RangeError(`noiseRatio must be above 0 or "standardised", got ${noiseRatio}`);
  }
  const moments = pairMoments(y, x);
  return lineThrough(moments, totalSlope(moments, noiseRatio));
}

/**
 * The hedge ratio by its three readings, side by side: of y on x, of x on y (inverted, so that all say
 * y per x), and standardised total least squares, which lies between. Far apart, they say that the
 * ratio is poorly known.
 *
 * @throws {RangeError} when lengths differ.
 *
 * @example
 * ```ts
 * import { hedgeRatios } from "./total_least_squares.ts";
 * import assert from "node:assert/strict";
 * const { yOnX, xOnY, total } = hedgeRatios([1, 3, 2, 5], [1, 2, 3, 4]);
 * assert.ok(yOnX < total && total < xOnY);
 * ```
 */
export function hedgeRatios(
  y: Column,
  x: Column,
): { yOnX: number; xOnY: number; total: number; n: number } {
  const moments = pairMoments(y, x);
  const r = moments.correlation;
  const ratio = Math.sqrt(moments.yy) / Math.sqrt(moments.xx);
  return {
    yOnX: r * ratio,
    xOnY: ratio / r,
    total: totalSlope(moments, "standardised"),
    n: moments.n,
  };
}

function pairMoments(y: Column, x: Column): CoMoments {
  checkLengths([x], y.length, "x");
  const moments = new CoMoments();
  for (let row = 0; row < y.length; row++) {
    if (Number.isFinite(x[row]) && Number.isFinite(y[row])) moments.add(x[row]!, y[row]!);
  }
  return moments;
}

function totalSlope(moments: CoMoments, noiseRatio: number | "standardised"): number {
  const r = moments.correlation;
  if (r === 0) return NaN;
  const sdRatio = Math.sqrt(moments.yy) / Math.sqrt(moments.xx);
  if (noiseRatio === "standardised") return Math.sign(r) * sdRatio;
  // In units of sd_y and sd_x: nothing leaves the range of doubles.
  const root = Math.sqrt(noiseRatio) / sdRatio;
  const d = (1 - root * root) / (2 * r * root);
  // d + √(d² + 1) for r > 0, written without cancellation where d is very negative.
  const size = Math.abs(d) + Math.hypot(d, 1);
  const steep = (d > 0) === (r > 0);
  return Math.sign(r) * (steep ? size : 1 / size) * root * sdRatio;
}

function lineThrough(
  moments: CoMoments,
  slope: number,
): { slope: number; intercept: number; n: number } {
  const intercept = moments.anchorY + moments.meanY -
    slope * (moments.anchorX + moments.meanX);
  return { slope, intercept, n: moments.n };
}
