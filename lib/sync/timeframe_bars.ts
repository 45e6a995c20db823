import type { TradingCalendar } from "../calendar/calendar.ts";
import type { Bar } from "../model/bar.ts";
import type { Source } from "../model/instrument.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import type { BarTimeframe } from "../model/timeframe.ts";
import { daysOf, sessionBars } from "./session_bars.ts";
import { timeframeGrid } from "./timeframe_grid.ts";

/** Options of {@link timeframeBars}. */
export interface TimeframeBarsOptions {
  /** Label of the bars. */
  readonly source: Source;
  /** Cuts the days of `1d`; a market that never shuts has days of UTC. */
  readonly calendar: TradingCalendar;
}

/**
 * Minutes as bars of a longer timeframe, oldest first; slots without any minute have no bar. A bar is `closed` once
 * every minute of it is settled. Bars of `1d` are the sessions of the calendar.
 *
 * @param timeframe any but `1s`, which is made from trades.
 */
export function timeframeBars(
  grid: MinuteGrid,
  timeframe: Exclude<BarTimeframe, "1s">,
  { source, calendar }: TimeframeBarsOptions,
): Bar[] {
  const slots = timeframe === "1d"
    ? sessionBars(grid, daysOf(grid, calendar))
    : timeframeGrid(grid, timeframe);
  const bars: Bar[] = [];
  for (let i = 0; i < slots.length; i++) {
    const close = slots.close[i]!;
    if (Number.isNaN(close)) continue;
    bars.push({
      openTime: "openTime" in slots ? slots.openTime[i]! : slots.start + i * slots.stepMs,
      open: slots.open[i]!,
      high: slots.high[i]!,
      low: slots.low[i]!,
      close,
      volume: slots.volume[i]!,
      closed: slots.complete[i] === 1,
      revision: 0,
      source,
    });
  }
  return bars;
}
