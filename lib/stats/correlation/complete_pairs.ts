import { checkSameLength } from "../rolling/window_options.ts";

/**
 * The rows where both sides are finite.
 *
 * @throws {RangeError} when the columns differ in length.
 */
export function completePairs(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { x: Float64Array; y: Float64Array; n: number } {
  checkSameLength(x, y);
  const a = new Float64Array(x.length), b = new Float64Array(x.length);
  let n = 0;
  for (let row = 0; row < x.length; row++) {
    if (!Number.isFinite(x[row]) || !Number.isFinite(y[row])) continue;
    a[n] = x[row]!;
    b[n] = y[row]!;
    n++;
  }
  return { x: a.slice(0, n), y: b.slice(0, n), n };
}
