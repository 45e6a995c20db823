import { hasBar, type MinuteGrid, minutesWithin } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";
import { returnsOf } from "./returns.ts";

/** Several instruments on one UTC minute axis. */
export interface Aligned {
  readonly instruments: readonly string[];
  /** Open time of each minute, epoch ms UTC, without holes. */
  readonly openTime: Float64Array;
  /** Closes, one column an instrument; NaN where there is no bar. Never carried forward. */
  readonly closes: readonly Float64Array[];
  /** One-minute log returns, one column an instrument; NaN across gaps, session edges and rolls. */
  readonly returns: readonly Float64Array[];
  /** 1 where every instrument has a bar. */
  readonly complete: Uint8Array;
}

/**
 * Puts instruments side by side, one row a minute, from the earliest to the latest minute of any of them.
 *
 * @param options.from first minute (epoch ms). @default the earliest of all
 * @param options.to end, exclusive (epoch ms). @default the latest of all
 */
export function align(
  grids: ReadonlyMap<string, MinuteGrid>,
  options: { from?: number; to?: number } = {},
): Aligned {
  const begun = [...grids.values()].filter((grid) => grid.length > 0);
  const starts = begun.map((grid) => grid.start);
  const ends = begun.map((grid) => grid.start + grid.length * MINUTE);
  const from = Math.ceil(Math.max(options.from ?? -Infinity, Math.min(...starts)) / MINUTE);
  const to = Math.floor(Math.min(options.to ?? Infinity, Math.max(...ends)) / MINUTE);
  const length = begun.length === 0 ? 0 : Math.max(0, to - from);
  const complete = new Uint8Array(length).fill(1);
  const closes: Float64Array[] = [], returns: Float64Array[] = [];
  for (const grid of grids.values()) {
    const close = new Float64Array(length).fill(NaN);
    const change = new Float64Array(length).fill(NaN);
    // The first minute's return starts from the minute before.
    const returns1m = returnsOf(minutesWithin(grid, (from - 1) * MINUTE, to * MINUTE), "1m");
    for (let i = 0; i < length; i++) {
      const row = from + i - grid.start / MINUTE;
      if (hasBar(grid.status[row])) close[i] = grid.close[row]!;
      else complete[i] = 0;
      change[i] = returns1m.value[from + i - returns1m.start / MINUTE] ?? NaN;
    }
    closes.push(close);
    returns.push(change);
  }
  const openTime = Float64Array.from({ length }, (_, i) => (from + i) * MINUTE);
  return { instruments: [...grids.keys()], openTime, closes, returns, complete };
}
