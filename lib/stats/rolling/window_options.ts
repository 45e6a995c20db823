import { checkWhole } from "../check_whole.ts";
import { givenOptions } from "../given_options.ts";
import { checkAboveZero, checkNumbers } from "../numbers.ts";

/** A window of rows, as every rolling statistic takes it. */
export interface WindowOptions {
  /** Rows in the window, missing ones included. */
  readonly window: number;
  /** Fewest observations for a value. @default window */
  readonly minPeriods?: number;
}

/** A window of time, as every timed statistic takes it. */
export interface TimedWindowOptions {
  /** Length in ms; the window at time t is `(t - windowMs, t]`. */
  readonly windowMs: number;
  /** Fewest observations for a value. @default 1 */
  readonly minPeriods?: number;
}

/**
 * The fewest observations asked for.
 *
 * @throws {RangeError} when `window` is not a whole number of at least 1, or `minPeriods` not one of
 * `0..window`.
 */
export function checkWindow(options: WindowOptions): number {
  const { window, minPeriods = window } = givenOptions(options) as WindowOptions;
  checkWhole("window", window, 1);
  if (!Number.isSafeInteger(minPeriods) || minPeriods < 0 || minPeriods > window) {
    throw new RangeError(
      `minPeriods must be a whole number within 0..${window}, got ${minPeriods}`,
    );
  }
  return minPeriods;
}

/**
 * The fewest observations asked for in a window of time.
 *
 * @throws {RangeError} when `windowMs` is not above 0 or `minPeriods` not a whole number from 0 up.
 */
export function checkTimedWindow(options: TimedWindowOptions): number {
  const { windowMs, minPeriods = 1 } = givenOptions(options) as TimedWindowOptions;
  checkAboveZero("windowMs", windowMs);
  checkWhole("minPeriods", minPeriods, 0);
  return minPeriods;
}

/** @throws {RangeError} when `ddof` is neither 0 nor 1. */
export function checkDdof(ddof: number): void {
  if (ddof !== 0 && ddof !== 1) throw new RangeError(`ddof must be 0 or 1, got ${ddof}`);
}

/**
 * @throws {RangeError} when two columns differ in length.
 * @throws {TypeError} when a value is not a number, see {@link checkNumbers}.
 */
export function checkSameLength(x: ArrayLike<number>, y: ArrayLike<number>): void {
  checkNumbers(x, "x");
  checkNumbers(y, "y");
  if (x.length !== y.length) {
    throw new RangeError(`x and y must be equally long, got ${x.length} and ${y.length}`);
  }
}
