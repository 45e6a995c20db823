import { STATISTICS_COLUMNS, statisticsBlock } from "../../export/tables/statistics_table.ts";
import type { TableBlock } from "../../export/table.ts";
import { calendarOf } from "../../calendar/instrument_calendar.ts";
import type { Instrument } from "../../model/instrument.ts";
import type { MinuteGrid } from "../../model/minute_grid.ts";
import { DAY, type Interval } from "../../model/time.ts";
import { CORRELATED_TIMEFRAMES, type CorrelatedTimeframe, stepOf } from "../../model/timeframe.ts";
import { returnsOf } from "../../sync/returns.ts";
import { daysOf, sessionBars, sessionReturns } from "../../sync/session_bars.ts";
import {
  type ExportKind,
  type ExportSource,
  instrumentOf,
  rangeOf,
  rangeParameters,
} from "./export_kind.ts";
import { stretchesOf } from "./stretches.ts";
import { correlatedTimeframeOf } from "./timeframe_of.ts";

/** Moments and quantiles of log returns, a row an instrument. */
export const exportStatistics: ExportKind = {
  title: "moments and quantiles of returns, a row an instrument",
  takes: ["symbol", "timeframe"],
  timeframes: CORRELATED_TIMEFRAMES,
  table(source, query) {
    const timeframe = correlatedTimeframeOf(query.timeframe ?? "1m");
    const instruments = query.symbol === undefined
      ? source.instruments
      : [instrumentOf(source, query.symbol)];
    async function* blocks(): AsyncGenerator<TableBlock> {
      for (const instrument of instruments) {
        const span = await source.minutes.span(instrument);
        if (span === undefined) continue;
        const { from, to } = rangeOf(query, span);
        const returns = from < to
          ? await returnsIn(source, instrument, timeframe, { from, to })
          : [];
        yield statisticsBlock({ instrument: instrument.id, timeframe, from, to, returns });
      }
    }
    return Promise.resolve({
      table: { columns: STATISTICS_COLUMNS, blocks },
      parameters: {
        instruments: instruments.map(({ id }) => id),
        timeframe,
        ...rangeParameters(query),
      },
    });
  },
};

/** Log returns of slots that open in a range and end by its end. */
async function returnsIn(
  { minutes }: ExportSource,
  instrument: Instrument,
  timeframe: CorrelatedTimeframe,
  range: Interval,
): Promise<number[]> {
  const found: number[] = [];
  // Days are sessions, which the ends of stretches would cut.
  for (const { from, to } of timeframe === "1d" ? [range] : stretchesOf(range)) {
    // The first return starts from the slot before.
    const grid = await minutes.grid(instrument, { from: from - 8 * DAY, to });
    const { openTime, value } = timeframe === "1d"
      ? dayReturns(grid, instrument)
      : slotReturns(grid, timeframe);
    for (let row = 0; row < value.length; row++) {
      const isKnown = openTime(row) >= from && !Number.isNaN(value[row]!);
      if (isKnown) found.push(value[row]!);
    }
  }
  return found;
}

function slotReturns(grid: MinuteGrid, timeframe: Exclude<CorrelatedTimeframe, "1d">) {
  const { start, value } = returnsOf(grid, timeframe);
  return { openTime: (row: number) => start + row * stepOf(timeframe), value };
}

function dayReturns(grid: MinuteGrid, instrument: Instrument) {
  const days = daysOf(grid, calendarOf(instrument));
  const bars = sessionBars(grid, days);
  return { openTime: (row: number) => bars.openTime[row]!, value: sessionReturns(bars, days) };
}
