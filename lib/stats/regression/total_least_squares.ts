import { checkLengths, type Column, scaledDown } from "./columns.ts";
import { CoMoments } from "../rolling/co_moments.ts";

/** Options of {@link totalLeastSquares}. */
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
  const pairs = pairMoments(y, x), { moments, unitX, unitY } = pairs;
  const slope = totalSlope(pairs, noiseRatio);
  const meanX = moments.anchorX + moments.meanX, meanY = moments.anchorY + moments.meanY;
  const intercept = (meanY - slope * meanX) * unitY;
  return { slope: slope * (unitY / unitX), intercept, n: moments.n };
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
  const pairs = pairMoments(y, x), { moments } = pairs, unit = pairs.unitY / pairs.unitX;
  const r = moments.correlation;
  const ratio = Math.sqrt(moments.yy) / Math.sqrt(moments.xx);
  return {
    yOnX: r * ratio * unit,
    // Sides that do not correlate give no slope this way round.
    xOnY: r === 0 ? NaN : ratio / r * unit,
    total: totalSlope(pairs, "standardised") * unit,
    n: moments.n,
  };
}

/** Moments of the pairs, each side in a power of two of its size. */
interface PairMoments {
  readonly moments: CoMoments;
  readonly unitX: number;
  readonly unitY: number;
}

function pairMoments(y: Column, x: Column): PairMoments {
  checkLengths([x], y.length, "x");
  const a = scaledDown(x), b = scaledDown(y);
  const moments = new CoMoments();
  for (let row = 0; row < y.length; row++) {
    const left = a.values[row]!, right = b.values[row]!;
    if (Number.isFinite(left) && Number.isFinite(right)) moments.add(left, right);
  }
  return { moments, unitX: a.unit, unitY: b.unit };
}

/** In units of y per unit of x. */
function totalSlope(
  { moments, unitX, unitY }: PairMoments,
  noiseRatio: number | "standardised",
): number {
  const r = moments.correlation;
  if (r === 0) return NaN;
  const sdRatio = Math.sqrt(moments.yy) / Math.sqrt(moments.xx);
  if (noiseRatio === "standardised") return Math.sign(r) * sdRatio;
  // In units of sd_y and sd_x: nothing leaves the range of doubles.
  const root = Math.sqrt(noiseRatio) * (unitX / unitY) / sdRatio;
  const d = (1 / root - root) / (2 * r);
  // d + √(d² + 1) for r > 0, written without cancellation where d is very negative.
  const size = Math.abs(d) + Math.hypot(d, 1);
  const steep = (d > 0) === (r > 0);
  return Math.sign(r) * (steep ? size : 1 / size) * root * sdRatio;
}
