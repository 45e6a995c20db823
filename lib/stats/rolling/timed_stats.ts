import { liveNumber } from "../numbers.ts";
import { PassingTimes } from "./passing_times.ts";
import { fillRow, makeColumns, type StatsColumns } from "./rolling_stats.ts";
import { checkSameLength, checkTimedWindow, type TimedWindowOptions } from "./window_options.ts";
import { StatsOfWindow, type WindowStats } from "./window_stats.ts";

/**
 * The statistics of {@link WindowStats} over the last `windowMs`, however many rows they are: the window
 * at time t is `(t - windowMs, t]`, as pandas' `rolling("60s")`. A missing row only moves the time on, and
 * `z` is then NaN.
 *
 * @example
 * ```ts
 * import { TimedStats } from "./timed_stats.ts";
 * import assert from "node:assert/strict";
 * const stats = new TimedStats({ windowMs: 1_000 });
 * stats.push(0, 8);
 * stats.push(500, 4);
 * assert.equal(stats.value.mean, 6);
 * assert.equal(stats.peek(1_200, 2).mean, 3); // the first row would have left
 * ```
 */
export class TimedStats {
  readonly windowMs: number;
  readonly minPeriods: number;
  readonly #times: PassingTimes;
  readonly #stats = new StatsOfWindow();

  /** @throws {RangeError} when an option is out of range. */
  constructor(options: TimedWindowOptions) {
    this.minPeriods = checkTimedWindow(options);
    this.windowMs = options.windowMs;
    this.#times = new PassingTimes(this.windowMs);
  }

  /**
   * @param time epoch ms, never before the last one.
   * @throws {RangeError} when the time goes back.
   */
  push(time: number, value: number): void {
    const known = liveNumber(value, "value");
    for (let left = this.#times.pass(time); left > 0; left--) this.#stats.shift();
    this.#times.add();
    this.#stats.push(known);
  }

  /** What it would say were this row pushed; the state stays as it is. */
  peek(time: number, value: number): WindowStats {
    return this.#stats.peek(this.#times.leaving(time), liveNumber(value, "value"), this.minPeriods);
  }

  get value(): WindowStats {
    return this.#stats.read(this.minPeriods);
  }
}

/**
 * {@link TimedStats} of whole columns: element `i` is that of the rows in `(time[i] - windowMs, time[i]]`
 * up to row `i`.
 *
 * @param time epoch ms, ascending, equal times allowed.
 * @throws {RangeError} when lengths differ, the time goes back or an option is out of range.
 *
 * @example
 * ```ts
 * import { timedStats } from "./timed_stats.ts";
 * import assert from "node:assert/strict";
 * const { max } = timedStats([0, 1, 9], [5, 3, 4], { windowMs: 5 });
 * assert.deepEqual([...max], [5, 5, 4]);
 * ```
 */
export function timedStats(
  time: ArrayLike<number>,
  x: ArrayLike<number>,
  options: TimedWindowOptions,
): StatsColumns {
  checkSameLength(time, x);
  const rolling = new TimedStats(options);
  const columns = makeColumns(x.length);
  for (let row = 0; row < x.length; row++) {
    rolling.push(time[row]!, x[row]!);
    fillRow(columns, row, rolling.value);
  }
  return columns;
}
