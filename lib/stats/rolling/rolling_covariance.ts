import { liveNumber } from "../numbers.ts";
import { givenOptions } from "../given_options.ts";
import { MAX_BLOCK_WINDOW, measureWindows } from "./rolling_blocks.ts";
import { SlidingCoMoments } from "./sliding_co_moments.ts";
import { checkDdof, checkSameLength, checkWindow, type WindowOptions } from "./window_options.ts";

/** Options of {@link rollingCovariance}. */
export interface RollingCovarianceOptions extends WindowOptions {
  /** 1 for the sample covariance (divisor n - 1), 0 for the population's. @default 1 */
  readonly ddof?: 0 | 1;
}

/**
 * Covariance over the last `window` rows, `Σ (x - mean x)(y - mean y) / (n - ddof)`, in the product of
 * both units; amortised O(1) a row (see {@link SlidingCoMoments}). pandas semantics: a row with a missing
 * side keeps its place in the window but is no pair. NaN with fewer than `minPeriods` pairs or no more
 * than `ddof`; a constant side gives exactly 0.
 *
 * @example
 * ```ts
 * import { RollingCovariance } from "./rolling_covariance.ts";
 * import assert from "node:assert/strict";
 * const covariance = new RollingCovariance({ window: 3 });
 * for (const [x, y] of [[1, 1], [2, 5], [3, 9]]) covariance.push(x!, y!);
 * assert.equal(covariance.value, 4);
 * assert.equal(covariance.peek(2, 7), 1); // were (2, 7) the next row
 * ```
 */
export class RollingCovariance {
  readonly window: number;
  readonly minPeriods: number;
  readonly ddof: 0 | 1;
  readonly #moments: SlidingCoMoments;

  /** @throws {RangeError} when `window`, `minPeriods` (0..window) or `ddof` (0, 1) is out of range. */
  constructor(options: RollingCovarianceOptions) {
    const { window, ddof = 1 } = givenOptions(options) as RollingCovarianceOptions;
    checkDdof(ddof);
    this.minPeriods = Math.max(1, checkWindow(options));
    this.window = window;
    this.ddof = ddof;
    this.#moments = new SlidingCoMoments(window);
  }

  push(x: number, y: number): void {
    this.#moments.push(liveNumber(x, "x"), liveNumber(y, "y"));
  }

  /** The value were `(x, y)` pushed; the state stays as it is. */
  peek(x: number, y: number): number {
    const { n, xy } = this.#moments.peek(liveNumber(x, "x"), liveNumber(y, "y"));
    return this.#read(n, xy);
  }

  /** Covariance of the window, or NaN. */
  get value(): number {
    const { n, xy } = this.#moments.current();
    return this.#read(n, xy);
  }

  /** Complete pairs in the window. */
  get n(): number {
    return this.#moments.current().n;
  }

  #read(n: number, xy: number): number {
    return n < this.minPeriods || n <= this.ddof ? NaN : xy / (n - this.ddof);
  }
}

/**
 * {@link RollingCovariance} of two whole columns: element `i` is that of rows `i - window + 1 .. i`.
 * Same semantics as pandas' `x.rolling(window, min_periods).cov(y, ddof=ddof)`.
 *
 * @returns as many numbers as rows, NaN where undefined.
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 *
 * @example
 * ```ts
 * import { rollingCovariance } from "./rolling_covariance.ts";
 * import assert from "node:assert/strict";
 * const values = rollingCovariance([1, 2, NaN, 4], [2, 4, 6, 8], { window: 3, minPeriods: 2 });
 * assert.deepEqual([...values], [NaN, 1, 1, 4]);
 * ```
 */
export function rollingCovariance(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: RollingCovarianceOptions,
): Float64Array {
  checkSameLength(x, y);
  const rolling = new RollingCovariance(options);
  const { window, minPeriods, ddof } = rolling;
  if (window <= MAX_BLOCK_WINDOW) {
    return measureWindows(x, y, { measure: "covariance", window, minPeriods, ddof });
  }
  return Float64Array.from(x, (value, row) => {
    rolling.push(value, y[row]!);
    return rolling.value;
  });
}
