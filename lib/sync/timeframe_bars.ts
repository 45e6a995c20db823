import type { TradingCalendar } from "../calendar/calendar.ts";
import type { Bar } from "../model/bar.ts";
import type { Source } from "../model/instrument.ts";
import { type MinuteGrid, minutesWithin } from "../model/minute_grid.ts";
import { ceilTo } from "../model/time.ts";
import { type BarTimeframe, stepOf } from "../model/timeframe.ts";
import { daysOf, sessionBars } from "./session_bars.ts";
import { timeframeGrid } from "./timeframe_grid.ts";

/** Options of {@link timeframeBars}. */
export interface TimeframeBarsOptions {
  /** Label of the bars. */
  readonly source: Source;
  /** Cuts the days of `1d`; a market that never shuts has days of UTC. */
  readonly calendar: TradingCalendar;
  /** Only bars that open at or after it, epoch ms UTC: of other slots no minute is read. @default all */
  readonly from?: number;
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
  { source, calendar, from = -Infinity }: TimeframeBarsOptions,
): Bar[] {
  const slots = timeframe === "1d"
    ? sessionBars(grid, daysOf(grid, calendar))
    : timeframeGrid(minutesWithin(grid, ceilTo(from, stepOf(timeframe))), timeframe);
  const bars: Bar[] = [];
  for (let i = 0; i < slots.length; i++) {
    const close = slots.close[i]!;
    if (Number.isNaN(close)) continue;
    const openTime = "openTime" in slots ? slots.openTime[i]! : slots.start + i * slots.stepMs;
    if (openTime < from) continue;
    bars.push({
      openTime,
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
