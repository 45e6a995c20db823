import type { TiltedKeys } from "./tilted_keys.ts";

/** Receives the place of two rows out of order: the earlier one with the larger key first. */
export type PairReport = (before: number, after: number) => void;

/**
 * Counts the pairs of places whose keys are out of order (equal keys are in order) by merge sort,
 * O(n log n).
 */
export function countInversions(keys: TiltedKeys): number {
  return merge(keys, null);
}

/** The same, and reports each pair: O(n log n + pairs). */
export function listInversions(keys: TiltedKeys, report: PairReport): void {
  merge(keys, (before, from, to, after) => {
    for (let i = from; i < to; i++) report(before[i]!, after);
  });
}

/**
 * Reports the pairs with the given numbers, ascending, in the order in which the sort meets them:
 * O(n log n + numbers).
 */
export function pickInversions(
  keys: TiltedKeys,
  numbers: ArrayLike<number>,
  report: PairReport,
): void {
  let next = 0, met = 0;
  merge(keys, (before, from, to, after) => {
    for (; next < numbers.length && numbers[next]! < met + to - from; next++) {
      report(before[from + numbers[next]! - met]!, after);
    }
    met += to - from;
  });
}

/** A run of places `from` to `to` of `before`, all of which are out of order with `after`. */
type RunReport = (before: Float64Array, from: number, to: number, after: number) => void;

function merge({ high, low }: TiltedKeys, report: RunReport | null): number {
  const length = high.length;
  let from = Float64Array.from(high, (_, place) => place);
  let to = new Float64Array(length);
  let count = 0;
  for (let width = 1; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) {
      const middle = Math.min(start + width, length), end = Math.min(start + 2 * width, length);
      let left = start, right = middle;
      for (let out = start; out < end; out++) {
        if (left < middle && (right >= end || inOrder(high, low, from[left]!, from[right]!))) {
          to[out] = from[left++]!;
          continue;
        }
        if (left < middle) {
          count += middle - left;
          report?.(from, left, middle, from[right]!);
        }
        to[out] = from[right++]!;
      }
    }
    [from, to] = [to, from];
  }
  return count;
}

function inOrder(high: Float64Array, low: Float64Array, a: number, b: number): boolean {
  const left = high[a]!, right = high[b]!;
  return left < right || (left === right && low[a]! <= low[b]!);
}
