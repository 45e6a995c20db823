import { calendarOf } from "../../calendar/instrument_calendar.ts";
import type { Bar } from "../../model/bar.ts";
import type { Instrument, Source } from "../../model/instrument.ts";
import { DAY, type Interval, MINUTE, SECOND } from "../../model/time.ts";
import type { BarTimeframe } from "../../model/timeframe.ts";
import { timeframeBars } from "../../sync/timeframe_bars.ts";
import type { StoreReader } from "../store.ts";
import { rangeOf } from "./export_kind.ts";
import type { StoredMinutes } from "./stored_minutes.ts";
import { stretchesOf } from "./stretches.ts";

/** A session begins or ends no further from the range than this. */
const MARGIN = 4 * DAY;

/** What bars are made of. */
export interface BarOrigin {
  readonly reader: StoreReader;
  readonly minutes: StoredMinutes;
}

/**
 * Closed bars of stored minutes, as the market makes them, a piece of the range at a time; empty pieces are left out. A
 * slot of which a minute may still come, or lies before what is stored, has none.
 */
export async function* barsOfMinutes(
  { reader, minutes }: BarOrigin,
  instrument: Instrument,
  timeframe: Exclude<BarTimeframe, "1s">,
  range: Interval,
): AsyncGenerator<Bar[]> {
  const span = await minutes.span(instrument);
  if (span === undefined) return;
  const asked = rangeOf(range, { from: span.from - MARGIN, to: span.to });
  for (const { from, to } of stretchesOf(asked)) {
    const around = { from: from - MARGIN, to: to + MARGIN };
    const grid = await minutes.grid(instrument, around);
    const source = await labelOf(reader, instrument.id, { from, to }) as Source;
    const bars = timeframeBars(grid, timeframe, { calendar: calendarOf(instrument), source })
      .filter(({ openTime, closed }) => closed && openTime >= from && openTime < to);
    if (bars.length > 0) yield bars;
  }
}

/** What the minutes of a stretch are: `simulated`, or `imported+live` where they are of both. */
async function labelOf(
  reader: StoreReader,
  instrument: string,
  { from, to }: Interval,
): Promise<string> {
  const { source } = await reader.bars({ instrument, stepMs: MINUTE, from, to });
  return [...new Set<string>(source)].sort().join("+");
}

/**
 * Bars of one second, made of stored trades, a day at a time; no row where nothing traded.
 *
 * @param most of a day. @default all
 */
export async function* secondsOfTrades(
  reader: StoreReader,
  id: string,
  { from, to }: Interval,
  most?: number,
) {
  const { days } = await reader.info();
  for (const { instrument, stepMs, day } of days) {
    if (instrument !== id || stepMs !== 0 || day + DAY <= from || day >= to) continue;
    yield await reader.tradeBars({
      instrument,
      stepMs: SECOND,
      from: Math.max(from, day),
      to: Math.min(to, day + DAY),
      ...(most === undefined ? {} : { limit: most }),
    });
  }
}
