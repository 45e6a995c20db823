import type { Bar } from "../model/bar.ts";
import type { Source } from "../model/instrument.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import type { Timeframe } from "../model/timeframe.ts";
import { timeframeGrid } from "./timeframe_grid.ts";

/**
 * Minutes as bars of a longer timeframe, oldest first; slots without any minute have no bar. A bar is
 * `closed` once every minute of it is settled.
 *
 * @param options.source label of the bars.
 */
export function timeframeBars(
  grid: MinuteGrid,
  timeframe: Timeframe,
  options: { readonly source: Source },
): Bar[] {
  const slots = timeframeGrid(grid, timeframe);
  const bars: Bar[] = [];
  for (let i = 0; i < slots.length; i++) {
    const close = slots.close[i]!;
    if (Number.isNaN(close)) continue;
    bars.push({
      openTime: slots.start + i * slots.stepMs,
      open: slots.open[i]!,
      high: slots.high[i]!,
      low: slots.low[i]!,
      close,
      volume: slots.volume[i]!,
      closed: slots.complete[i] === 1,
      revision: 0,
      source: options.source,
    });
  }
  return bars;
}
