import { liveNumber } from "../numbers.ts";
import type { CoMoments } from "./co_moments.ts";
import { MAX_BLOCK_WINDOW, measureWindows } from "./rolling_blocks.ts";
import { SlidingCoMoments } from "./sliding_co_moments.ts";
import { SlidingCorrelation } from "./sliding_correlation.ts";
import { checkSameLength, checkWindow } from "./window_options.ts";

/** Options of {@link rollingCorrelation}. */
export interface RollingCorrelationOptions {
  /** Rows in the window, missing ones included. */
  readonly window: number;
  /** Fewest complete pairs for a value; never below 2. @default window */
  readonly minPeriods?: number;
}

/**
 * Pearson correlation over the last `window` rows, amortised O(1) a row and exact to about 1e-14 at any
 * level and scale (see {@link SlidingCorrelation}). pandas semantics: a row with a missing side (NaN or
 * infinite) keeps its place in the window but is no pair. The value is NaN with fewer than `minPeriods`
 * pairs or a constant side.
 *
 * @example
 * ```ts
 * import { RollingCorrelation } from "./rolling_correlation.ts";
 * import assert from "node:assert/strict";
 * const r = new RollingCorrelation({ window: 3 });
 * for (const [x, y] of [[1, 2], [2, 4], [4, 8]]) r.push(x!, y!);
 * assert.equal(r.value.toFixed(12), "1.000000000000");
 * assert.ok(r.peek(5, 0) < 0); // were (5, 0) the next row
 * assert.equal(r.value.toFixed(12), "1.000000000000");
 * ```
 */
export class RollingCorrelation {
  readonly window: number;
  readonly minPeriods: number;
  readonly #rows: SlidingCorrelation | WideCorrelation;

  /** @throws {RangeError} when `window` or `minPeriods` (0..window) is out of range. */
  constructor(options: RollingCorrelationOptions) {
    this.minPeriods = Math.max(2, checkWindow(options));
    this.window = options.window;
    this.#rows = this.window <= MAX_BLOCK_WINDOW
      ? new SlidingCorrelation(this.window, this.minPeriods)
      : new WideCorrelation(this.window, this.minPeriods);
  }

  push(x: number, y: number): void {
    this.#rows.push(liveNumber(x, "x"), liveNumber(y, "y"));
  }

  /** The value were `(x, y)` pushed; the state stays as it is. */
  peek(x: number, y: number): number {
    return this.#rows.peek(liveNumber(x, "x"), liveNumber(y, "y"));
  }

  /** Correlation of the window, or NaN. */
  get value(): number {
    return this.#rows.value;
  }

  /** Complete pairs in the window. */
  get n(): number {
    return this.#rows.n;
  }

  /**
   * Copies the rows of the window, oldest first. Rows that have not come yet stand before them as NaN.
   *
   * @param x takes the first sides, at least as long as the window.
   * @param y takes the second sides, as long.
   */
  copyRows(x: Float64Array, y: Float64Array): void {
    this.#rows.copyRows(x, y);
  }
}

/** Windows so wide that plain sums would cost digits: means and moments instead. */
class WideCorrelation {
  readonly #moments: SlidingCoMoments;
  readonly #minPeriods: number;

  constructor(window: number, minPeriods: number) {
    this.#moments = new SlidingCoMoments(window);
    this.#minPeriods = minPeriods;
  }

  push(x: number, y: number): void {
    this.#moments.push(x, y);
  }

  peek(x: number, y: number): number {
    return this.#read(this.#moments.peek(x, y));
  }

  get value(): number {
    return this.#read(this.#moments.current());
  }

  get n(): number {
    return this.#moments.current().n;
  }

  copyRows(x: Float64Array, y: Float64Array): void {
    this.#moments.copyRows(x, y);
  }

  #read({ n, correlation }: CoMoments): number {
    return n < this.#minPeriods ? NaN : correlation;
  }
}

/**
 * {@link RollingCorrelation} of two whole columns: element `i` is the correlation of rows
 * `i - window + 1 .. i`. Equal to the streaming form to 1e-12, and faster.
 *
 * @returns as many numbers as rows, NaN where undefined.
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 */
export function rollingCorrelation(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: RollingCorrelationOptions,
): Float64Array {
  checkSameLength(x, y);
  const minPeriods = Math.max(2, checkWindow(options)), { window } = options;
  if (window <= MAX_BLOCK_WINDOW) {
    return measureWindows(x, y, { measure: "correlation", window, minPeriods, ddof: 0 });
  }
  const rolling = new RollingCorrelation(options);
  const values = new Float64Array(x.length);
  for (let row = 0; row < x.length; row++) {
    rolling.push(x[row]!, y[row]!);
    values[row] = rolling.value;
  }
  return values;
}
