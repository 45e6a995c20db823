import { checkNumbers, liveNumber } from "../numbers.ts";
import { checkWindow, type WindowOptions } from "./window_options.ts";
import { StatsOfWindow, type WindowStats } from "./window_stats.ts";

/** {@link WindowStats} as columns, one row for each row of the input. */
export type StatsColumns = { readonly [Name in keyof WindowStats]: Float64Array };

/**
 * Mean, standard deviations, skewness, kurtosis, extremes, median and z-score of the last `window` rows.
 * Moments cost amortised O(1) a row and nothing is subtracted, so an outlier leaves no trace; the order
 * statistics cost a binary search and a shift. Missing rows (NaN or infinite) keep their place.
 *
 * Skewness and excess kurtosis are the sample versions G1 and G2 (Joanes & Gill, The Statistician 47,
 * 1998), NaN for constant windows and below 3 and 4 numbers. `z` uses the window that includes the newest
 * row and its `sd1`; NaN when that row is missing or the window constant. All are NaN with fewer than
 * `minPeriods` numbers.
 *
 * @example
 * ```ts
 * import { RollingStats } from "./rolling_stats.ts";
 * import assert from "node:assert/strict";
 * const stats = new RollingStats({ window: 3 });
 * for (const value of [100, 1, 2, 3]) stats.push(value);
 * assert.deepEqual([stats.value.mean, stats.value.sd1, stats.value.z], [2, 1, 1]);
 * assert.equal(stats.peek(40).max, 40); // were 40 the next row
 * assert.equal(stats.value.max, 3);
 * ```
 */
export class RollingStats {
  readonly window: number;
  readonly minPeriods: number;
  readonly #stats = new StatsOfWindow();

  /** @throws {RangeError} when `window` or `minPeriods` (0..window) is out of range. */
  constructor(options: WindowOptions) {
    this.minPeriods = checkWindow(options);
    this.window = options.window;
  }

  push(value: number): void {
    if (this.#stats.length === this.window) this.#stats.shift();
    this.#stats.push(liveNumber(value, "value"));
  }

  /** What it would say were `value` pushed; the state stays as it is. */
  peek(value: number): WindowStats {
    const dropped = this.#stats.length === this.window ? 1 : 0;
    return this.#stats.peek(dropped, liveNumber(value, "value"), this.minPeriods);
  }

  get value(): WindowStats {
    return this.#stats.read(this.minPeriods);
  }
}

/**
 * {@link RollingStats} of a whole column: element `i` of each result is that of rows
 * `i - window + 1 .. i`.
 *
 * @returns columns as long as `x`, NaN where undefined; in the unit of `x` but for `skew`, `kurt`, `z`
 * and `n`, which have none.
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import { rollingStats } from "./rolling_stats.ts";
 * import assert from "node:assert/strict";
 * const { mean, median } = rollingStats([1, 2, 6, NaN], { window: 3, minPeriods: 2 });
 * assert.deepEqual([...mean], [NaN, 1.5, 3, 4]);
 * assert.deepEqual([...median], [NaN, 1.5, 2, 4]);
 * ```
 */
export function rollingStats(x: ArrayLike<number>, options: WindowOptions): StatsColumns {
  checkNumbers(x, "x");
  const rolling = new RollingStats(options);
  const columns = makeColumns(x.length);
  for (let row = 0; row < x.length; row++) {
    rolling.push(x[row]!);
    fillRow(columns, row, rolling.value);
  }
  return columns;
}

/** Empty columns of one length. */
export function makeColumns(length: number): StatsColumns {
  const column = () => new Float64Array(length);
  return {
    n: column(),
    mean: column(),
    sd0: column(),
    sd1: column(),
    skew: column(),
    kurt: column(),
    min: column(),
    max: column(),
    median: column(),
    z: column(),
  };
}

/** Writes one row of the columns. */
export function fillRow(columns: StatsColumns, row: number, stats: WindowStats): void {
  columns.n[row] = stats.n;
  columns.mean[row] = stats.mean;
  columns.sd0[row] = stats.sd0;
  columns.sd1[row] = stats.sd1;
  columns.skew[row] = stats.skew;
  columns.kurt[row] = stats.kurt;
  columns.min[row] = stats.min;
  columns.max[row] = stats.max;
  columns.median[row] = stats.median;
  columns.z[row] = stats.z;
}
