import { copyNumbers, liveNumber } from "../stats/numbers.ts";
import { givenOptions } from "../stats/given_options.ts";
import { isRounding } from "../stats/rounding.ts";
import { SlidingCoMoments } from "../stats/rolling/sliding_co_moments.ts";
import { checkWindow, type WindowOptions } from "../stats/rolling/window_options.ts";

/**
 * How far a value lies from the values before it: `(s_t - mean) / sd` with mean and sd (divisor n - 1) of
 * the last `window` rows **before** t. Leaving t out of its own yardstick is what an alarm needs: with t
 * inside, no z-score over n values can exceed `(n - 1)/√n`. Missing rows keep their place; NaN with fewer
 * than `minPeriods` values (at least 2) or where they never changed by more than rounding. Amortised O(1).
 *
 * @example
 * ```ts
 * import { PastZScore } from "./past_z_score.ts";
 * import assert from "node:assert/strict";
 * const z = new PastZScore({ window: 3 });
 * for (const value of [1, 2, 3]) z.push(value);
 * assert.equal(z.of(5), 3); // where the forming bar stands; nothing changes
 * assert.equal(z.push(0), -2);
 * ```
 */
export class PastZScore {
  readonly window: number;
  readonly minPeriods: number;
  readonly #past: SlidingCoMoments;

  /** @throws {RangeError} when `window` or `minPeriods` is out of range. */
  constructor(options: WindowOptions) {
    const given = givenOptions(options) as WindowOptions;
    this.minPeriods = Math.max(2, checkWindow(given));
    this.window = given.window;
    this.#past = new SlidingCoMoments(given.window);
  }

  /** The z-score of a value against the rows pushed so far. */
  of(value: number): number {
    if (!Number.isFinite(liveNumber(value, "value"))) return NaN;
    const { n, anchorX, meanX, xx } = this.#past.current();
    if (n < this.minPeriods || !(xx > 0 && xx < Infinity)) return NaN;
    const sd = Math.sqrt(xx / (n - 1));
    if (isRounding(sd, Math.abs(anchorX + meanX))) return NaN;
    return (value - anchorX - meanX) / sd;
  }

  /** Adds a row; the z-score it had against the rows before it. */
  push(value: number): number {
    const z = this.of(value);
    const known = liveNumber(value, "value");
    this.#past.push(known, known);
    return z;
  }
}

/**
 * {@link PastZScore} of a whole column, as many numbers as rows.
 *
 * @example
 * ```ts
 * import { pastZScore } from "./past_z_score.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...pastZScore([1, 2, 3, 5], { window: 3 })], [NaN, NaN, NaN, 3]);
 * ```
 */
export function pastZScore(values: ArrayLike<number>, options: WindowOptions): Float64Array {
  const past = new PastZScore(options);
  return copyNumbers(values, "values").map((value) => past.push(value));
}

/** As pairs judge their spreads: half of the window must be known, and five spreads at least. */
export function pairScore(zWindow: number): PastZScore {
  return new PastZScore({ window: zWindow, minPeriods: Math.max(5, Math.ceil(zWindow / 2)) });
}
