import { checkLengths, type Column, completeRows, median } from "./columns.ts";
import { normalQuantile } from "../distributions/normal_quantile.ts";
import { selectSlopes } from "./pair_slopes.ts";

/** Options of {@link theilSen}. */
export interface TheilSenOptions {
  /**
   * `separate`: median(y) - slope median(x). `joint`: median(y - slope x).
   * @default "separate"
   */
  readonly intercept?: "separate" | "joint";
  /** Coverage of the interval of the slope. @default 0.95 */
  readonly level?: number;
}

/** A line by medians. */
export interface TheilSenResult {
  readonly slope: number;
  readonly intercept: number;
  /** Interval of the slope. */
  readonly lo: number;
  readonly hi: number;
  /** Complete rows. */
  readonly n: number;
}

/**
 * The line whose slope is the median of the slopes of all pairs of points with different x: up to 29 %
 * of the rows may be wild, in x or in y. The interval is Sen's, by ranks. The numbers of scipy's
 * `theilslopes`, from exact selection among all pairs at any length: however many slopes are equal, as ticks,
 * halts and zero returns make them, slope and ends are slopes of the list, and lo ≤ slope ≤ hi.
 *
 * Rows with a missing value are left out. All NaN when x never changes.
 *
 * Source: H. Theil, Indag. Math. 12, 1950; P. K. Sen, J. Amer. Statist. Assoc. 63, 1968.
 *
 * @throws {RangeError} when lengths differ or `level` is not strictly between 0 and 1.
 *
 * @example
 * ```ts
 * import { theilSen } from "./theil_sen.ts";
 * import assert from "node:assert/strict";
 * const line = theilSen([1, 3, 5, 700, 9], [0, 1, 2, 3, 4]);
 * assert.equal(line.slope, 2);
 * assert.equal(line.intercept, 1);
 * ```
 */
export function theilSen(y: Column, x: Column, options: TheilSenOptions = {}): TheilSenResult {
  const { intercept: method = "separate", level = 0.95 } = options;
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`level must lie strictly between 0 and 1, got ${level}`);
  }
  if (method !== "separate" && method !== "joint") {
    throw new RangeError(`intercept must be "separate" or "joint", got ${method}`);
  }
  checkLengths([x], y.length, "x");
  const { columns } = completeRows([x, y]);
  const [xs, ys] = columns as [Float64Array, Float64Array];
  const n = xs.length;
  const slopes = countSlopes(xs);
  if (slopes === 0) return { slope: NaN, intercept: NaN, lo: NaN, hi: NaN, n };

  const half = slopes / 2;
  const middle = [Math.ceil(half) - 1, Math.floor(half)];
  const [low, high, lo, hi] = selectSlopes(xs, ys, [
    ...middle,
    ...intervalRanks(xs, ys, slopes, level),
  ]);
  const slope = low! + (high! - low!) / 2;
  const intercept = method === "separate"
    ? median(ys) - slope * median(xs)
    : median(ys.map((value, row) => value - slope * xs[row]!));
  return { slope, intercept, lo: lo!, hi: hi!, n };
}

/** Pairs with different x. */
function countSlopes(x: Float64Array): number {
  const all = x.length * (x.length - 1) / 2;
  return all - repeats(x).reduce((sum, k) => sum + k * (k - 1) / 2, 0);
}

/** Sen's ranks of the lower and the upper end, from 0. */
function intervalRanks(
  x: Float64Array,
  y: Float64Array,
  slopes: number,
  level: number,
): [number, number] {
  const z = normalQuantile((1 + level) / 2);
  const part = (k: number) => k * (k - 1) * (2 * k + 5);
  const ties = [...repeats(x), ...repeats(y)].reduce((sum, k) => sum + part(k), 0);
  const sigma = Math.sqrt(Math.max(0, part(y.length) - ties) / 18);
  const upper = Math.min(roundHalfEven((slopes + z * sigma) / 2), slopes - 1);
  const lower = Math.max(roundHalfEven((slopes - z * sigma) / 2) - 1, 0);
  return [lower, upper];
}

/** Sizes of the groups of equal values. */
function repeats(values: Float64Array): number[] {
  const sorted = values.slice().sort();
  const sizes: number[] = [];
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    if (end - start > 1) sizes.push(end - start);
  }
  return sizes;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
