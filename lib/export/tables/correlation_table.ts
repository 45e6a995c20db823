import type { TradingCalendar } from "../../calendar/calendar.ts";
import type { MinuteGrid } from "../../model/minute_grid.ts";
import type { CorrelatedTimeframe } from "../../model/timeframe.ts";
import { correlateDays } from "../../sync/day_correlation.ts";
import { correlate } from "../../sync/pair_correlation.ts";
import { SharedReturns } from "../../sync/shared_returns.ts";
import { sameNumber, sameText, type Table, type TableBlock, type TableColumn } from "../table.ts";
import type { MinuteRange } from "./aligned_table.ts";

export const CORRELATION_COLUMNS: readonly TableColumn[] = [
  { name: "openTime", kind: "time" },
  { name: "pair", kind: "text" },
  { name: "timeframe", kind: "text" },
  { name: "window", kind: "integer" },
  { name: "n", kind: "integer" },
  { name: "expected", kind: "integer" },
  { name: "r", kind: "number" },
  { name: "lo", kind: "number" },
  { name: "hi", kind: "number" },
];

/** One rolling correlation of a table. */
export interface CorrelationPart {
  /** `BTCUSDT/ES`. */
  readonly pair: string;
  readonly a: MinuteGrid;
  readonly b: MinuteGrid;
  readonly timeframe: CorrelatedTimeframe;
  /** When each of the two trades, for the days of `1d`. */
  readonly calendars: readonly [TradingCalendar, TradingCalendar];
  /** Returns in the window. */
  readonly window: number;
}

/**
 * Rolling correlations, one below the other: a row each slot, see {@link correlate}. Parts of one timeframe that follow
 * each other share the returns of their instruments.
 */
export function correlationTable(parts: Iterable<CorrelationPart>, range: MinuteRange = {}): Table {
  return {
    columns: CORRELATION_COLUMNS,
    *blocks(): Generator<TableBlock> {
      const shared = new ReturnsOfParts();
      for (const part of parts) yield correlationBlock(part, range, shared.of(part));
    },
  };
}

/** Returns of the parts of a table, of one timeframe at a time. */
export class ReturnsOfParts {
  #newest: SharedReturns | undefined;

  /** For a part that comes after those of before; undefined for days, which depend on the pair. */
  of({ timeframe }: Pick<CorrelationPart, "timeframe">): SharedReturns | undefined {
    if (timeframe === "1d") return undefined;
    if (this.#newest?.timeframe !== timeframe) this.#newest = new SharedReturns(timeframe);
    return this.#newest;
  }
}

/**
 * The rows of one correlation: slots that open at or after `from` and end by `to`, epoch ms.
 *
 * @param returns of its timeframe, that other pairs read too. @default made for this pair alone
 */
export function correlationBlock(
  { pair, a, b, calendars, timeframe, window }: CorrelationPart,
  { from = -Infinity, to = Infinity }: MinuteRange = {},
  returns?: SharedReturns,
): TableBlock {
  const options = { window, from, to };
  const { length, openTime, n, expected, r, lo, hi } = timeframe === "1d"
    ? correlateDays(a, b, { ...options, calendars })
    : correlate(a, b, { ...options, timeframe, returns });
  return {
    length,
    columns: [
      openTime,
      sameText(pair, length),
      sameText(timeframe, length),
      sameNumber(window, length),
      n,
      expected,
      r,
      lo,
      hi,
    ],
  };
}
