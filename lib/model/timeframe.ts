import { DAY, HOUR, MINUTE, SECOND } from "./time.ts";

/** Bar lengths that Comove correlates live. All of them divide the UTC day. */
export const TIMEFRAMES = ["1m", "5m", "15m", "1h"] as const;
/** Length of a bar that is correlated: `"1m"`, `"5m"`, `"15m"` or `"1h"`. */
export type Timeframe = (typeof TIMEFRAMES)[number];

/** Bar lengths that divide the UTC day: the live ones and four hours. */
export const GRID_TIMEFRAMES = [...TIMEFRAMES, "4h"] as const;

/** Bar lengths that can be correlated when asked for: those of the UTC grid, and days. */
export const CORRELATED_TIMEFRAMES = [...GRID_TIMEFRAMES, "1d"] as const;
/** Length of a bar that can be correlated: one of {@link CORRELATED_TIMEFRAMES}. */
export type CorrelatedTimeframe = (typeof CORRELATED_TIMEFRAMES)[number];

/** Bar lengths that bars, charts and exports know. A day of a future is a session of its exchange. */
export const BAR_TIMEFRAMES = ["1s", ...TIMEFRAMES, "4h", "1d"] as const;
/** Length of a bar: one of {@link BAR_TIMEFRAMES}. */
export type BarTimeframe = (typeof BAR_TIMEFRAMES)[number];

const STEP_MS: Readonly<Record<BarTimeframe, number>> = {
  "1s": SECOND,
  "1m": MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "1h": HOUR,
  "4h": 4 * HOUR,
  "1d": DAY,
};

/** Length of one bar of this timeframe, in ms; `1d` of a future is at most this long. */
export function stepOf(timeframe: BarTimeframe): number {
  return STEP_MS[timeframe];
}

/**
 * A text as a timeframe of bars.
 *
 * @throws {RangeError} naming the timeframes there are.
 *
 * @example
 * ```ts
 * import { barTimeframe } from "./timeframe.ts";
 * import assert from "node:assert/strict";
 * assert.equal(barTimeframe("4h"), "4h");
 * assert.throws(() => barTimeframe("2m"), /timeframe must be one of 1s, 1m, .*, got 2m/);
 * ```
 */
export function barTimeframe(text: string): BarTimeframe {
  const known = BAR_TIMEFRAMES.find((timeframe) => timeframe === text);
  if (known !== undefined) return known;
  throw new RangeError(`timeframe must be one of ${BAR_TIMEFRAMES.join(", ")}, got ${text}`);
}

/** Default correlation window of each timeframe, in bars (returns). */
export const DEFAULT_WINDOWS: Readonly<Record<Timeframe, number>> = {
  "1m": 60,
  "5m": 48,
  "15m": 32,
  "1h": 24,
};

/** Default correlation window of what is correlated when asked for alone: a week of 4h, 20 trading days. */
const ASKED_WINDOWS = { "4h": 42, "1d": 20 } as const;

/** The window of a timeframe: as configured, else its default. */
export function windowOf(
  windows: Readonly<Partial<Record<CorrelatedTimeframe, number>>>,
  timeframe: CorrelatedTimeframe,
): number {
  return windows[timeframe] ?? { ...DEFAULT_WINDOWS, ...ASKED_WINDOWS }[timeframe];
}

/**
 * A text as a timeframe of correlations.
 *
 * @throws {RangeError} naming the timeframes there are.
 */
export function correlatedTimeframe(text: string): CorrelatedTimeframe {
  const known = CORRELATED_TIMEFRAMES.find((timeframe) => timeframe === text);
  if (known !== undefined) return known;
  const all = CORRELATED_TIMEFRAMES.join(", ");
  throw new RangeError(`timeframe of a correlation must be one of ${all}, got ${text}`);
}
