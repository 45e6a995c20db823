import { checkNumber, checkNumbers, copyNumbers, liveNumber } from "../stats/numbers.ts";
import { givenOptions } from "../stats/given_options.ts";
import { isRounding } from "../stats/rounding.ts";
import { checkLengths, type Column } from "../stats/regression/columns.ts";
import { SlidingCoMoments } from "../stats/rolling/sliding_co_moments.ts";
import { checkWindow, type WindowOptions } from "../stats/rolling/window_options.ts";

/** A hedge ratio a row, known before the row. NaN where it is not known. */
export interface HedgeColumns {
  /** Units of x that hedge one unit of y. */
  readonly beta: Float64Array;
  readonly alpha: Float64Array;
}

/**
 * The least-squares line of y on x over the last `window` rows, bar by bar: a hedge ratio for the row that
 * is still to come. Rows without both legs keep their place in the window; the ratio is NaN with fewer than
 * `minPeriods` pairs or where x does not move. Amortised O(1).
 *
 * The ratio is of y to x in the columns' units: of prices, units of x per unit of y; of log prices, an
 * elasticity. It is not symmetric: the line of x on y is another one. For a ratio that wanders see
 * `KalmanHedge`, whose innovation is such a spread already.
 *
 * @example
 * ```ts
 * import { PastHedge } from "./past_hedge.ts";
 * import assert from "node:assert/strict";
 * const hedge = new PastHedge({ window: 100, minPeriods: 2 });
 * hedge.push(3, 1);
 * hedge.push(7, 3);
 * assert.deepEqual([hedge.beta, hedge.alpha], [2, 1]);
 * ```
 */
export class PastHedge {
  readonly window: number;
  readonly minPeriods: number;
  readonly #past: SlidingCoMoments;
  #beta = NaN;
  #alpha = NaN;

  /** @throws {RangeError} when `window` or `minPeriods` is out of range. */
  constructor(options: WindowOptions) {
    const given = givenOptions(options) as WindowOptions;
    this.minPeriods = Math.max(2, checkWindow(given));
    this.window = given.window;
    this.#past = new SlidingCoMoments(given.window);
  }

  /** Units of x that hedge one unit of y in the next row. */
  get beta(): number {
    return this.#beta;
  }

  get alpha(): number {
    return this.#alpha;
  }

  push(y: number, x: number): void {
    this.#past.push(liveNumber(x, "x"), liveNumber(y, "y"));
    const { n, anchorX, anchorY, meanX, meanY, xx, xy } = this.#past.current();
    // Squares beyond doubles are no moments to divide by.
    const isKnown = n >= this.minPeriods && xx > 0 && Number.isFinite(xx) && Number.isFinite(xy);
    this.#beta = isKnown ? xy / xx : NaN;
    this.#alpha = anchorY + meanY - this.#beta * (anchorX + meanX);
  }
}

/**
 * {@link PastHedge} at each row: row t rests on rows `t - window .. t - 1`, so the spread at t is a
 * forecast error.
 *
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 *
 * @example
 * ```ts
 * import { pastHedge } from "./past_hedge.ts";
 * import assert from "node:assert/strict";
 * const x = [1, 2, 4, 3, 5], y = [3, 5, 9, 7, 99];
 * const { beta, alpha } = pastHedge(y, x, { window: 4, minPeriods: 3 });
 * assert.deepEqual([...beta], [NaN, NaN, NaN, 2, 2]); // 99 has not moved its own row
 * assert.equal(alpha[4], 1);
 * ```
 */
export function pastHedge(y: Column, x: Column, options: WindowOptions): HedgeColumns {
  checkLengths([x], y.length, "x");
  checkNumbers(y, "y");
  const past = new PastHedge(options);
  const beta = new Float64Array(y.length), alpha = new Float64Array(y.length);
  for (let row = 0; row < y.length; row++) {
    beta[row] = past.beta;
    alpha[row] = past.alpha;
    past.push(y[row]!, x[row]!);
  }
  return { beta, alpha };
}

/**
 * `y - beta x - alpha`, a number or a column each; exactly 0 where that is no more than the rounding of its
 * terms, so that no z-score is made of rounding. The spread looks ahead exactly when its coefficients
 * do: pass ones known before the row, as {@link pastHedge} gives them, or frozen ones of a training part.
 *
 * @throws {RangeError} when columns differ in length.
 *
 * @example
 * ```ts
 * import { hedgedSpread } from "./past_hedge.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...hedgedSpread([10, 12], [4, 5], { beta: 2, alpha: 1 })], [1, 1]);
 * ```
 */
export function hedgedSpread(
  y: Column,
  x: Column,
  hedge: { readonly beta: number | Column; readonly alpha?: number | Column },
): Float64Array {
  const { beta = NaN, alpha = 0 } = givenOptions(hedge);
  for (const [name, each] of Object.entries({ beta, alpha })) {
    if (typeof each !== "object") checkNumber(name, each);
  }
  const columns = [x, beta, alpha].filter((column) => typeof column !== "number");
  for (const column of columns) checkLengths([column], y.length, "x, beta and alpha");
  const at = (value: number | Column, row: number) =>
    typeof value === "number" ? value : value[row] ?? NaN;
  return copyNumbers(y, "y").map((value, row) => {
    const hedged = at(beta, row) * (x[row] ?? NaN), level = at(alpha, row);
    const spread = value - hedged - level;
    // A price that is no number leaves no spread.
    if (!Number.isFinite(spread)) return NaN;
    const size = Math.abs(value) + Math.abs(hedged) + Math.abs(level);
    return isRounding(Math.abs(spread), size) ? 0 : spread;
  });
}
