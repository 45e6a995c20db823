import { liveNumber } from "../numbers.ts";
import { givenOptions } from "../given_options.ts";
import { CoMoments } from "./co_moments.ts";
import { PassingTimes } from "./passing_times.ts";
import { SlidingSets } from "./sliding_sets.ts";
import {
  checkDdof,
  checkSameLength,
  checkTimedWindow,
  type TimedWindowOptions,
} from "./window_options.ts";

/** Options of {@link timedCoMovement}. */
export interface TimedCoMovementOptions extends TimedWindowOptions {
  /** Divisor of the covariance is n less this: 0 or 1. @default 1 */
  readonly ddof?: 0 | 1;
}

/** How two sides move together in a window. NaN where undefined. */
export interface CoMovement {
  /** Complete pairs. */
  readonly n: number;
  /** Pearson's r; NaN with a constant side. */
  readonly correlation: number;
  /** In the product of both units. */
  readonly covariance: number;
  /** Slope of y on x; NaN with a constant x. */
  readonly beta: number;
  readonly rSquared: number;
}

/**
 * Correlation, covariance and beta of the pairs of the last `windowMs`, however many they are: the window
 * at time t is `(t - windowMs, t]`, as pandas' `rolling("60s")`. Amortised O(1) a row, nothing is
 * subtracted. A row with a missing side only moves the time on.
 *
 * @example
 * ```ts
 * import { TimedCoMovement } from "./timed_co_movement.ts";
 * import assert from "node:assert/strict";
 * const pair = new TimedCoMovement({ windowMs: 60_000 });
 * pair.push(0, 1, 1);
 * pair.push(1_000, 2, 4);
 * assert.deepEqual([pair.value.n, pair.value.beta], [2, 3]);
 * pair.push(60_000, 3, 9); // the first row is 60 s old and has left
 * assert.deepEqual([pair.value.n, pair.value.beta], [2, 5]);
 * ```
 */
export class TimedCoMovement {
  readonly windowMs: number;
  readonly minPeriods: number;
  readonly ddof: 0 | 1;
  readonly #times: PassingTimes;
  readonly #moments = new SlidingSets<CoMoments>(() => new CoMoments());

  /** @throws {RangeError} when an option is out of range. */
  constructor(options: TimedCoMovementOptions) {
    const { windowMs, ddof = 1 } = givenOptions(options) as TimedCoMovementOptions;
    checkDdof(ddof);
    this.minPeriods = checkTimedWindow(options);
    this.windowMs = windowMs;
    this.ddof = ddof;
    this.#times = new PassingTimes(windowMs);
  }

  /**
   * @param time epoch ms, never before the last one.
   * @throws {RangeError} when the time goes back.
   */
  push(time: number, x: number, y: number): void {
    liveNumber(x, "x");
    liveNumber(y, "y");
    for (let left = this.#times.pass(time); left > 0; left--) this.#moments.shift();
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    this.#times.add();
    this.#moments.push(x, y);
  }

  /** What it would say were this row pushed; the state stays as it is. */
  peek(time: number, x: number, y: number): CoMovement {
    return this.#read(this.#moments.peek(
      this.#times.leaving(time),
      liveNumber(x, "x"),
      liveNumber(y, "y"),
    ));
  }

  get value(): CoMovement {
    return this.#read(this.#moments.current());
  }

  #read(moments: CoMoments): CoMovement {
    const { n, xx, xy } = moments;
    if (n === 0 || n < this.minPeriods) {
      return { n, correlation: NaN, covariance: NaN, beta: NaN, rSquared: NaN };
    }
    const correlation = moments.correlation;
    return {
      n,
      correlation,
      covariance: n > this.ddof ? xy / (n - this.ddof) : NaN,
      beta: xx > 0 ? xy / xx : NaN,
      rSquared: correlation ** 2,
    };
  }
}

/**
 * {@link TimedCoMovement} of whole columns: element `i` is that of the rows in
 * `(time[i] - windowMs, time[i]]` up to row `i`.
 *
 * @param time epoch ms, ascending, equal times allowed.
 * @returns columns as long as the input, NaN where undefined.
 * @throws {RangeError} when lengths differ, the time goes back or an option is out of range.
 *
 * @example
 * ```ts
 * import { timedCoMovement } from "./timed_co_movement.ts";
 * import assert from "node:assert/strict";
 * const { n, beta } = timedCoMovement([0, 1, 9], [1, 2, 3], [1, 3, 4], { windowMs: 5 });
 * assert.deepEqual([...n], [1, 2, 1]);
 * assert.deepEqual([...beta], [NaN, 2, NaN]);
 * ```
 */
export function timedCoMovement(
  time: ArrayLike<number>,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: TimedCoMovementOptions,
): { readonly [Name in keyof CoMovement]: Float64Array } {
  checkSameLength(x, y);
  checkSameLength(time, x);
  const rolling = new TimedCoMovement(options);
  const column = () => new Float64Array(x.length);
  const n = column(), correlation = column(), covariance = column();
  const beta = column(), rSquared = column();
  for (let row = 0; row < x.length; row++) {
    rolling.push(time[row]!, x[row]!, y[row]!);
    const value = rolling.value;
    n[row] = value.n;
    correlation[row] = value.correlation;
    covariance[row] = value.covariance;
    beta[row] = value.beta;
    rSquared[row] = value.rSquared;
  }
  return { n, correlation, covariance, beta, rSquared };
}
