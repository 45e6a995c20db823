import { calendarOf } from "../calendar/instrument_calendar.ts";
import type { Market } from "../market/market.ts";
import type { Bar } from "../model/bar.ts";
import type { Instrument, Source } from "../model/instrument.ts";
import { ceilTo, DAY, type Interval, MINUTE, SECOND } from "../model/time.ts";
import { type BarTimeframe, stepOf } from "../model/timeframe.ts";
import { labelOf } from "../store/export/export_bars.ts";
import { StoredMinutes } from "../store/export/stored_minutes.ts";
import { stretchesOf } from "../store/export/stretches.ts";
import type { StoreReader } from "../store/store.ts";
import { timeframeBars } from "../sync/timeframe_bars.ts";

/** A session begins or ends no further from the range than this. */
const MARGIN = 4 * DAY;

/** Which bars: half-open, the oldest first. */
export interface OlderBarsQuery extends Interval {
  readonly timeframe: BarTimeframe;
  readonly most: number;
}

/** From here on, the bars that a market holds in memory are whole: those that open before are the store's. */
export function memorySeam(market: Market, id: string, timeframe: BarTimeframe): number {
  const { start, length } = market.minuteGrid(id);
  if (timeframe === "1d" || timeframe === "1s") {
    const first = market.bars(id, { timeframe }).find(({ openTime }) => openTime >= start);
    return first?.openTime ?? start + length * MINUTE;
  }
  return ceilTo(start, stepOf(timeframe));
}

/** Closed bars of a store as a market would have made them. */
export async function olderBars(
  reader: StoreReader,
  instrument: Instrument,
  { timeframe, from, to, most }: OlderBarsQuery,
): Promise<Omit<Bar, "closed">[]> {
  if (from >= to) return [];
  const { id } = instrument;
  if (timeframe === "1m") {
    const bars = await reader.bars({ instrument: id, stepMs: MINUTE, from, to, limit: most });
    return Array.from(bars.source, (source, i) => ({
      ...pricesAt(bars, i),
      revision: bars.revision[i]!,
      source,
    }));
  }
  if (timeframe === "1s") return await secondsOf(reader, id, { from, to, most });
  const minutes = new StoredMinutes(reader);
  const span = await minutes.span(instrument);
  if (span === undefined) return [];
  const found: Bar[] = [];
  const asked = { from: Math.max(from, span.from - MARGIN), to: Math.min(to, span.to) };
  for (const stretch of stretchesOf(asked)) {
    const grid = await minutes.grid(instrument, {
      from: stretch.from - MARGIN,
      to: stretch.to + MARGIN,
    });
    const source = await labelOf(reader, id, stretch) as Source;
    const bars = timeframeBars(grid, timeframe, { calendar: calendarOf(instrument), source });
    for (const bar of bars) {
      if (bar.closed && bar.openTime >= stretch.from && bar.openTime < stretch.to) found.push(bar);
    }
    if (found.length >= most) break;
  }
  return found.slice(0, most);
}

async function secondsOf(
  reader: StoreReader,
  id: string,
  { from, to, most }: Omit<OlderBarsQuery, "timeframe">,
): Promise<Omit<Bar, "closed">[]> {
  const found: Omit<Bar, "closed">[] = [];
  const { days } = await reader.info();
  for (const { instrument, stepMs, day } of days) {
    if (instrument !== id || stepMs !== 0 || day + DAY <= from || day >= to) continue;
    const bars = await reader.tradeBars({
      instrument,
      stepMs: SECOND,
      from: Math.max(from, day),
      to: Math.min(to, day + DAY),
      limit: most - found.length,
    });
    for (let i = 0; i < bars.openTime.length && found.length < most; i++) {
      found.push({ ...pricesAt(bars, i), revision: 0, source: reader.dataKind });
    }
    if (found.length >= most) break;
  }
  return found;
}

type Prices = "openTime" | "open" | "high" | "low" | "close" | "volume";

/** What a row of columns says of its bar. */
function pricesAt(bars: Readonly<Record<Prices, ArrayLike<number>>>, row: number) {
  return {
    openTime: bars.openTime[row]!,
    open: bars.open[row]!,
    high: bars.high[row]!,
    low: bars.low[row]!,
    close: bars.close[row]!,
    volume: bars.volume[row]!,
  };
}
