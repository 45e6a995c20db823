import type { PriceSeries } from "../../charts/price_series.ts";
import type { Market } from "../../market/market.ts";
import { hasBar, type MinuteGrid } from "../../model/minute_grid.ts";
import { floorTo, MINUTE, SECOND } from "../../model/time.ts";

/** End of the newest minute that any of these instruments has settled, with or without a bar; NaN before the first. */
export function newestMinuteEnd(
  market: Pick<Market, "minuteGrid">,
  instruments: readonly string[],
): number {
  return latest(market, instruments, ({ length }) => length);
}

/** End of the newest bar of any of these instruments, epoch ms UTC; NaN while there is none: no later is known. */
export function newestBarEnd(
  market: Pick<Market, "minuteGrid">,
  instruments: readonly string[],
): number {
  return latest(market, instruments, ({ status, length }) => {
    let rows = length;
    while (rows > 0 && !hasBar(status[rows - 1])) rows--;
    return rows;
  });
}

/** @param rowsOf how many rows of a grid count. */
function latest(
  market: Pick<Market, "minuteGrid">,
  instruments: readonly string[],
  rowsOf: (grid: MinuteGrid) => number,
): number {
  const ends = instruments.map((id) => {
    const grid = market.minuteGrid(id), rows = rowsOf(grid);
    return rows === 0 ? NaN : grid.start + rows * MINUTE;
  }).filter((end) => !Number.isNaN(end));
  return ends.length === 0 ? NaN : Math.max(...ends);
}

/**
 * How far a picture of prices goes: the present where a bar is in the making, else the newest bar's end. A bar in which
 * nothing comes any more was broken off before now.
 */
export function priceTime(
  market: Parameters<typeof newestBarEnd>[0] & Pick<Market, "venueTime">,
  series: readonly PriceSeries[],
): number {
  const isForming = series.some(({ bars, remark }) =>
    remark === undefined && bars.at(-1)?.closed === false
  );
  return isForming && !Number.isNaN(market.venueTime)
    ? floorTo(market.venueTime, SECOND)
    : newestBarEnd(market, series.map(({ id }) => id));
}
