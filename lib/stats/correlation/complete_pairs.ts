import { copyNumbers } from "../numbers.ts";
import { checkSameLength } from "../rolling/window_options.ts";

/**
 * The rows where both sides are finite, copied.
 *
 * @throws {RangeError} when the columns differ in length.
 */
export function completePairs(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { x: Float64Array<ArrayBuffer>; y: Float64Array<ArrayBuffer>; n: number } {
  checkSameLength(x, y);
  const a = copyNumbers(x, "x"), b = copyNumbers(y, "y");
  let n = 0;
  for (let row = 0; row < a.length; row++) {
    const left = a[row]!, right = b[row]!;
    if (left - left + (right - right) !== 0) continue;
    a[n] = left;
    b[n++] = right;
  }
  return n === a.length ? { x: a, y: b, n } : { x: a.slice(0, n), y: b.slice(0, n), n };
}
