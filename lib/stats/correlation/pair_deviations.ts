import { copyNumbers } from "../numbers.ts";
import { powerOfTwo } from "../regression/columns.ts";

/** Complete pairs as deviations from their means, in the order of their rows. */
export interface PairDeviations {
  /** In a power of two near the largest: only ratios are asked for, and squares stay within doubles. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** 1 where the pair's row is the one after the last pair's. */
  readonly follows: Uint8Array;
  readonly n: number;
}

/** The rows of two equally long columns where both sides are finite, about their means. */
export function deviationsOfPairs(x: ArrayLike<number>, y: ArrayLike<number>): PairDeviations {
  const a = copyNumbers(x, "x"), b = copyNumbers(y, "y");
  const follows = new Uint8Array(x.length);
  let n = 0, last = -2;
  for (let row = 0; row < x.length; row++) {
    const left = a[row]!, right = b[row]!;
    if (left - left + (right - right) !== 0) continue;
    a[n] = left;
    b[n] = right;
    follows[n] = row === last + 1 ? 1 : 0;
    last = row;
    n++;
  }
  centreInPlace(a, n);
  centreInPlace(b, n);
  return { x: a, y: b, follows, n };
}

/**
 * Makes the first `n` values deviations from their mean, about the first so that a level costs no digits.
 *
 * @param scale what they are divided by. @default a power of two near the furthest from the first
 */
export function centreInPlace(values: Float64Array, n: number, scale?: number): void {
  const anchor = values[0] ?? 0;
  let sum = 0, furthest = 0;
  for (let i = 0; i < n; i++) {
    const distance = values[i]! - anchor;
    values[i] = distance;
    sum += distance;
    if (distance > furthest) furthest = distance;
    else if (-distance > furthest) furthest = -distance;
  }
  const unit = scale ?? powerOfTwo(furthest), perUnit = 1 / unit, mean = sum / n / unit;
  for (let i = 0; i < n; i++) values[i] = values[i]! * perUnit - mean;
}
