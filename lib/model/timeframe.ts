import { HOUR, MINUTE } from "./time.ts";

/** Bar lengths that Comove correlates. All of them divide the UTC day. */
export const TIMEFRAMES = ["1m", "5m", "15m", "1h"] as const;
/** Length of a bar: `"1m"`, `"5m"`, `"15m"` or `"1h"`. */
export type Timeframe = (typeof TIMEFRAMES)[number];

const STEP_MS: Readonly<Record<Timeframe, number>> = {
  "1m": MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "1h": HOUR,
};

/** Length of one bar of this timeframe, in ms. */
export function stepOf(timeframe: Timeframe): number {
  return STEP_MS[timeframe];
}

/** Default correlation window of each timeframe, in bars (returns). */
export const DEFAULT_WINDOWS: Readonly<Record<Timeframe, number>> = {
  "1m": 60,
  "5m": 48,
  "15m": 32,
  "1h": 24,
};
