import { checkAboveZero, checkNumbers, copyNumbers } from "../stats/numbers.ts";
import { isRounding } from "../stats/rounding.ts";
import { SlidingCoMoments } from "../stats/rolling/sliding_co_moments.ts";
import { checkWindow } from "../stats/rolling/window_options.ts";

/** Options of {@link bollingerBands} and {@link ratioBands}. */
export interface BandOptions {
  /** Rows in the window. @default 20 */
  readonly window?: number;
  /** Fewest values for a band. @default window */
  readonly minPeriods?: number;
  /** Standard deviations from the middle to a band. @default 2 */
  readonly width?: number;
}

/** A series with its bands, one row a bar. */
export interface Bands {
  readonly value: Float64Array;
  /** Mean of the window, the row included. */
  readonly middle: Float64Array;
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  /**
   * `(value - lower) / (upper - lower)`: 0 at the lower band, 1 at the upper; NaN where the values differ by
   * rounding alone.
   */
  readonly percentB: Float64Array;
}

/**
 * Bollinger bands: mean ± `width` standard deviations of the last `window` values, divisor n (as TA-Lib
 * and the author have it, not n - 1). Missing values keep their place. Amortised O(1) a row.
 *
 * J. Bollinger, Bollinger on Bollinger Bands, 2001.
 *
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import { bollingerBands } from "./ratio_bands.ts";
 * import assert from "node:assert/strict";
 * const { upper, lower, percentB } = bollingerBands([1, 3, 5, 3], { window: 2 });
 * assert.deepEqual([...upper], [NaN, 4, 6, 6]);
 * assert.deepEqual([...lower], [NaN, 0, 2, 2]);
 * assert.deepEqual([...percentB], [NaN, 0.75, 0.75, 0.25]);
 * ```
 */
export function bollingerBands(values: ArrayLike<number>, options: BandOptions = {}): Bands {
  const { window = 20, width = 2 } = options;
  const minPeriods = Math.max(1, checkWindow({ ...options, window }));
  checkAboveZero("width", width);
  const known = copyNumbers(values, "values");
  for (let row = 0; row < known.length; row++) if (!Number.isFinite(known[row])) known[row] = NaN;
  const rows = new SlidingCoMoments(window);
  const column = () => new Float64Array(values.length).fill(NaN);
  const middle = column(), upper = column(), lower = column(), percentB = column();
  for (let row = 0; row < values.length; row++) {
    const value = known[row]!;
    rows.push(value, value);
    const { n, anchorX, meanX, xx } = rows.current();
    if (n < minPeriods) continue;
    const mean = anchorX + meanX, half = width * Math.sqrt(xx / n);
    middle[row] = mean;
    upper[row] = mean + half;
    lower[row] = mean - half;
    // From the anchor, so that a level of 1e9 costs no digits.
    if (half > 0 && !isRounding(half, width * Math.abs(mean))) {
      percentB[row] = (value - anchorX - meanX + half) / (2 * half);
    }
  }
  return { value: known, middle, upper, lower, percentB };
}

/**
 * Price of `a` in units of `b` with its {@link bollingerBands}. NaN where a side is missing or not above 0.
 *
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 *
 * @example
 * ```ts
 * import { ratioBands } from "./ratio_bands.ts";
 * import assert from "node:assert/strict";
 * const { value, upper } = ratioBands([10, 30], [10, 10], { window: 2 });
 * assert.deepEqual([[...value], [...upper]], [[1, 3], [NaN, 4]]);
 * ```
 */
export function ratioBands(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: BandOptions = {},
): Bands {
  return bollingerBands(priceRatio(a, b), options);
}

/**
 * Price of `a` in units of `b`. NaN where a side is missing or not above 0.
 *
 * @throws {RangeError} when the columns differ in length.
 *
 * @example
 * ```ts
 * import { priceRatio } from "./ratio_bands.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...priceRatio([21_000, 21_100], [7_000, NaN])], [3, NaN]);
 * ```
 */
export function priceRatio(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  if (a.length !== b.length) {
    throw new RangeError(`a and b must be equally long, got ${a.length} and ${b.length}`);
  }
  checkNumbers(b, "b");
  return copyNumbers(a, "a").map((price, row) =>
    isPrice(price) && isPrice(b[row]!) ? price / b[row]! : NaN
  );
}

function isPrice(value: number): boolean {
  return value > 0 && value < Infinity;
}
