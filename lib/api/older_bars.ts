import type { Market } from "../market/market.ts";
import type { Bar } from "../model/bar.ts";
import type { Instrument } from "../model/instrument.ts";
import { ceilTo, type Interval, MINUTE } from "../model/time.ts";
import { type BarTimeframe, stepOf } from "../model/timeframe.ts";
import { barsOfMinutes, secondsOfTrades } from "../store/export/made_bars.ts";
import { StoredMinutes } from "../store/export/stored_minutes.ts";
import type { StoreReader } from "../store/store.ts";

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
  const found: Bar[] = [];
  const origin = { reader, minutes: new StoredMinutes(reader) };
  for await (const bars of barsOfMinutes(origin, instrument, timeframe, { from, to })) {
    found.push(...bars);
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
  for await (const bars of secondsOfTrades(reader, id, { from, to }, most)) {
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
