import { copyNumbers } from "../numbers.ts";
import { powerOfTwo } from "../regression/columns.ts";
import { checkSameLength } from "../rolling/window_options.ts";

/** Complete pairs as deviations from their means, in the order of their rows. */
export interface PairDeviations {
  /** In a power of two near the largest: only ratios are asked for, and squares stay within doubles. */
  readonly x: Float64Array<ArrayBuffer>;
  readonly y: Float64Array<ArrayBuffer>;
  /** 1 where the pair's row is the one after the last pair's. */
  readonly follows: Uint8Array;
  /** 1 for a row that is a pair; undefined where all are. */
  readonly known: Uint8Array | undefined;
  readonly n: number;
}

/**
 * The rows of two columns where both sides are finite, about their means.
 *
 * @throws {RangeError} when the columns differ in length.
 */
export function deviationsOfPairs(x: ArrayLike<number>, y: ArrayLike<number>): PairDeviations {
  checkSameLength(x, y);
  const a = copyNumbers(x, "x"), b = copyNumbers(y, "y"), rows = a.length;
  const follows = new Uint8Array(rows), known = new Uint8Array(rows);
  let n = 0, last = -2;
  for (let row = 0; row < rows; row++) {
    const left = a[row]!, right = b[row]!;
    if (left - left + (right - right) !== 0) continue;
    a[n] = left;
    b[n] = right;
    follows[n] = row === last + 1 ? 1 : 0;
    known[row] = 1;
    last = row;
    n++;
  }
  centreInPlace(a, n);
  centreInPlace(b, n);
  if (n === rows) return { x: a, y: b, follows, known: undefined, n };
  return { x: a.subarray(0, n), y: b.subarray(0, n), follows, known, n };
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
  const unit = scale ?? powerOfTwo(furthest), perUnit = 1 / unit;
  if (Math.abs(sum) < Infinity) sum /= unit;
  else sum = scaledSum(values, n, perUnit);
  const mean = sum / n;
  for (let i = 0; i < n; i++) values[i] = values[i]! * perUnit - mean;
}

/** The sum in units, where that of the values as they are is beyond doubles. */
function scaledSum(values: Float64Array, n: number, perUnit: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]! * perUnit;
  return sum;
}
