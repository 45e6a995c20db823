import { DEFAULT_WINDOWS } from "../../model/timeframe.ts";
import { MinuteStatus } from "../../model/minute_grid.ts";
import { ALL_TIMEFRAMES, type Metric, ofInstrument } from "../metric.ts";
import { known, unknown } from "../reading.ts";

/**
 * Change over `window` bars, per cent: `100 · (close_t / close_{t−window} − 1)`. Unknown unless all `window + 1` bars
 * are there, of one session and contract.
 */
export const change: Metric = {
  name: "change",
  title: "change",
  unit: " %",
  of: "instrument",
  timeframes: ALL_TIMEFRAMES,
  window: { least: 1, usual: (timeframe) => DEFAULT_WINDOWS[timeframe] },
  read: (query, minute) =>
    ofInstrument(query, minute, (side) => {
      const { timeframe, window } = query;
      const newest = side.slot(timeframe), oldest = side.slot(timeframe, window);
      for (let row = oldest.lastBarRow; row <= newest.lastBarRow; row++) {
        if (side.grid.status[row] === MinuteStatus.OutOfSession) return unknown("closed");
      }
      const { value } = side.closes(timeframe, window + 1);
      const n = value.reduce((sum, close) => Number.isNaN(close) ? sum : sum + 1, 0);
      if (n < window + 1) {
        const isRolled = oldest.isComplete && oldest.contract !== newest.contract;
        return unknown(isRolled ? "roll" : "insufficient n");
      }
      const first = value[0]!;
      return known(percentChange(first, value[window]!), n, window + 1);
    }),
};

/** Decimals that are true of a quotient of prices: the error of doubles is some 2e-14 of a per cent. */
const SCALE = 1e12;

/**
 * `100 · (to / from − 1)`, rounded to 12 decimals: a move of exactly 0.2 % is 0.2, and not a trace above it, as the
 * formula in doubles has it.
 */
export function percentChange(from: number, to: number): number {
  const change = 100 * (to - from) / from;
  const scaled = change * SCALE;
  return Math.abs(scaled) < Number.MAX_SAFE_INTEGER ? Math.round(scaled) / SCALE : change;
}
