import { CORRELATION_COLUMNS, correlationBlock } from "../../export/tables/correlation_table.ts";
import type { TableBlock } from "../../export/table.ts";
import { calendarOf } from "../../calendar/instrument_calendar.ts";
import type { Pair } from "../../market/correlation_board.ts";
import { DAY } from "../../model/time.ts";
import {
  CORRELATED_TIMEFRAMES,
  type CorrelatedTimeframe,
  stepOf,
  windowOf,
} from "../../model/timeframe.ts";
import {
  type ExportKind,
  type ExportQuery,
  type ExportSource,
  rangeParameters,
} from "./export_kind.ts";
import { pairsIn, sidesOf } from "./pair_queries.ts";
import { pairStretches } from "./pair_stretches.ts";
import { correlatedTimeframeOf } from "./timeframe_of.ts";

/** Rolling correlations, as the market makes them: by timeframe, then by pair, then by time. */
export const exportCorrelation: ExportKind = {
  title: "rolling correlation of pairs",
  takes: ["pair", "timeframe", "window"],
  timeframes: CORRELATED_TIMEFRAMES,
  table(source, query) {
    const timeframes: readonly CorrelatedTimeframe[] = query.timeframe === undefined
      ? source.timeframes
      : [correlatedTimeframeOf(query.timeframe)];
    const pairs = pairsIn(source, query);
    const windows = Object.fromEntries(
      timeframes.map((timeframe) => [
        timeframe,
        query.window ?? windowOf(source.windows, timeframe),
      ]),
    );
    async function* blocks(): AsyncGenerator<TableBlock> {
      for (const timeframe of timeframes) {
        for (const pair of pairs) {
          yield* blocksOf(source, query, pair, timeframe, windows[timeframe]!);
        }
      }
    }
    return Promise.resolve({
      table: { columns: CORRELATION_COLUMNS, blocks },
      parameters: {
        pairs: pairs.map(({ name }) => name),
        timeframes,
        windows,
        ...rangeParameters(query),
      },
    });
  },
};

async function* blocksOf(
  source: ExportSource,
  query: ExportQuery,
  pair: Pair,
  timeframe: CorrelatedTimeframe,
  window: number,
): AsyncGenerator<TableBlock> {
  const sides = sidesOf(source, pair);
  const calendars = [calendarOf(sides[0]), calendarOf(sides[1])] as const;
  // Days are sessions, which the ends of stretches would cut; weekends stand between them.
  const isDays = timeframe === "1d";
  const before = isDays ? 2 * window * DAY + 14 * DAY : (window + 1) * stepOf(timeframe);
  for await (
    const { a, b, range } of pairStretches(source, sides, query, { before, isWhole: isDays })
  ) {
    yield correlationBlock({ pair: pair.name, a, b, calendars, timeframe, window }, range);
  }
}
