import { powerOfTwo } from "../regression/columns.ts";

/**
 * Pearson correlation of two whole columns over the rows where both are finite. Two passes about the
 * first pair, so that levels and scales cost no digits.
 *
 * @returns `value` (NaN with fewer than two pairs or a constant side) and `n`, the pairs used.
 * @throws {RangeError} when the columns differ in length.
 *
 * @example
 * ```ts
 * import { correlation } from "./correlation.ts";
 * import assert from "node:assert/strict";
 * const { value, n } = correlation([1, 2, NaN, 4], [3, 2, 1, 0]);
 * assert.ok(Math.abs(value + 1) < 1e-15);
 * assert.equal(n, 3);
 * ```
 */
export function correlation(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { value: number; n: number } {
  if (x.length !== y.length) {
    throw new RangeError(`x and y must be equally long, got ${x.length} and ${y.length}`);
  }
  let n = 0, anchorX = 0, anchorY = 0, sumX = 0, sumY = 0, farX = 0, farY = 0;
  for (let row = 0; row < x.length; row++) {
    const a = x[row]!, b = y[row]!;
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    if (n === 0) {
      anchorX = a;
      anchorY = b;
    }
    n++;
    const fromX = a - anchorX, fromY = b - anchorY;
    sumX += fromX;
    sumY += fromY;
    farX = Math.max(farX, Math.abs(fromX));
    farY = Math.max(farY, Math.abs(fromY));
  }
  // In powers of two of the spread, since a correlation has no unit and squares may be no doubles.
  const unitX = powerOfTwo(farX), unitY = powerOfTwo(farY);
  const meanX = sumX / n / unitX, meanY = sumY / n / unitY;
  let xx = 0, yy = 0, xy = 0;
  for (let row = 0; row < x.length; row++) {
    const a = x[row]!, b = y[row]!;
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    const dx = (a - anchorX) / unitX - meanX, dy = (b - anchorY) / unitY - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  if (!(xx > 0 && yy > 0) || xx === Infinity || yy === Infinity) return { value: NaN, n };
  const r = xy / (Math.sqrt(xx) * Math.sqrt(yy));
  return { value: Math.max(-1, Math.min(1, r)), n };
}
