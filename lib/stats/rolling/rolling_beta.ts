import { liveNumber } from "../numbers.ts";
import type { CoMoments } from "./co_moments.ts";
import { MAX_BLOCK_WINDOW, measureWindows } from "./rolling_blocks.ts";
import { rollingCorrelation } from "./rolling_correlation.ts";
import { SlidingCoMoments } from "./sliding_co_moments.ts";
import { checkSameLength, checkWindow, type WindowOptions } from "./window_options.ts";

/**
 * Slope of the least-squares line of y on x over the last `window` rows, `cov(x, y) / var(x)`, in units
 * of y per unit of x, and the share R² of y's variance that it explains; amortised O(1) a row. A row with
 * a missing side keeps its place in the window but is no pair. NaN with fewer than `minPeriods` pairs
 * (never below 2) or a constant x; R² also with a constant y.
 *
 * @example
 * ```ts
 * import { RollingBeta } from "./rolling_beta.ts";
 * import assert from "node:assert/strict";
 * const beta = new RollingBeta({ window: 3 });
 * for (const [x, y] of [[1, 10], [2, 12], [3, 14]]) beta.push(x!, y!);
 * assert.equal(beta.value, 2);
 * assert.equal(beta.rSquared.toFixed(12), "1.000000000000");
 * assert.equal(beta.peek(4, 22), 5); // were (4, 22) the next row
 * ```
 */
export class RollingBeta {
  readonly window: number;
  readonly minPeriods: number;
  readonly #moments: SlidingCoMoments;

  /** @throws {RangeError} when `window` or `minPeriods` (0..window) is out of range. */
  constructor(options: WindowOptions) {
    this.minPeriods = Math.max(2, checkWindow(options));
    this.window = options.window;
    this.#moments = new SlidingCoMoments(options.window);
  }

  push(x: number, y: number): void {
    this.#moments.push(liveNumber(x, "x"), liveNumber(y, "y"));
  }

  /** The slope were `(x, y)` pushed; the state stays as it is. */
  peek(x: number, y: number): number {
    return this.#slope(this.#moments.peek(liveNumber(x, "x"), liveNumber(y, "y")));
  }

  /** Slope of the window, or NaN. */
  get value(): number {
    return this.#slope(this.#moments.current());
  }

  /** Share of the variance of y explained in the window, 0..1, or NaN. */
  get rSquared(): number {
    const moments = this.#moments.current();
    return moments.n < this.minPeriods ? NaN : moments.correlation ** 2;
  }

  /** Complete pairs in the window. */
  get n(): number {
    return this.#moments.current().n;
  }

  #slope({ n, xx, xy }: CoMoments): number {
    return n < this.minPeriods || !(xx > 0) ? NaN : xy / xx;
  }
}

/**
 * {@link RollingBeta} of two whole columns: element `i` is the slope of y on x over rows
 * `i - window + 1 .. i`.
 *
 * @returns as many numbers as rows, NaN where undefined.
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 *
 * @example
 * ```ts
 * import { rollingBeta } from "./rolling_beta.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...rollingBeta([1, 2, 4], [5, 3, 9], { window: 2 })], [NaN, -2, 3]);
 * ```
 */
export function rollingBeta(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: WindowOptions,
): Float64Array {
  checkSameLength(x, y);
  const rolling = new RollingBeta(options);
  const { window, minPeriods } = rolling;
  if (window <= MAX_BLOCK_WINDOW) {
    return measureWindows(x, y, { measure: "slope", window, minPeriods, ddof: 0 });
  }
  return Float64Array.from(x, (value, row) => {
    rolling.push(value, y[row]!);
    return rolling.value;
  });
}

/**
 * R² of the line of y on x in every window: the square of the rolling correlation. NaN as
 * {@link RollingBeta.rSquared}.
 *
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 *
 * @example
 * ```ts
 * import { rollingRSquared } from "./rolling_beta.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...rollingRSquared([1, 2, 3], [1, 2, 1], { window: 3 })], [NaN, NaN, 0]);
 * ```
 */
export function rollingRSquared(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: WindowOptions,
): Float64Array {
  const values = rollingCorrelation(x, y, options);
  for (let row = 0; row < values.length; row++) values[row]! *= values[row]!;
  return values;
}
