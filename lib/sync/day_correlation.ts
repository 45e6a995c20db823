import type { TradingCalendar } from "../calendar/calendar.ts";
import type { Estimate } from "../model/evidence.ts";
import type { Source } from "../model/instrument.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import { type Interval, MINUTE } from "../model/time.ts";
import { windowOf } from "../model/timeframe.ts";
import { rollingMethod } from "./correlation_tracker.ts";
import { estimateOf } from "./estimate_of.ts";
import {
  allOf,
  type CorrelationSeries,
  type PairedReturns,
  rollingOf,
} from "./pair_correlation.ts";
import { daysOf, sessionBars, sessionReturns } from "./session_bars.ts";

export interface DayCorrelationOptions {
  /** When each of the two trades: the days are the sessions of the first that shuts, else those of UTC. */
  readonly calendars: readonly [TradingCalendar, TradingCalendar];
  /** Days in the window. @default 20 */
  readonly window?: number;
  /** Fewest pairs for a value. @default half the window, at least 20, at most all of it */
  readonly minPeriods?: number | undefined;
  /** Only days that open at or after this time, epoch ms UTC. @default the first day both touch */
  readonly from?: number;
  /** Only days that end by then, epoch ms UTC. @default the end of both */
  readonly to?: number;
}

/**
 * Rolling correlation of the returns from one day to the next, one row a day. A day is a session of the exchange, and
 * crypto is cut to the same sessions. A return exists between consecutive sessions of one contract alone; it is the one
 * return that crosses a break. Uses nothing after a day's end.
 *
 * @throws {RangeError} when `window` or `minPeriods` is out of range.
 */
export function correlateDays(
  a: MinuteGrid,
  b: MinuteGrid,
  options: DayCorrelationOptions,
): CorrelationSeries {
  const { from = -Infinity, window = windowOf({}, "1d"), minPeriods } = options;
  const pairs = pairedDays(a, b, options);
  const first = pairs.days.findIndex((day) => day.from >= from);
  const skipped = first < 0 ? pairs.length : first;
  return rollingOf(pairs, { timeframe: "1d", window, minPeriods, skipped });
}

/** The newest row of {@link correlateDays} with its evidence. */
export function newestOfDays(
  a: MinuteGrid,
  b: MinuteGrid,
  options: DayCorrelationOptions & { readonly source: Source },
): Estimate {
  const { days } = pairedDays(a, b, options);
  const { window, minPeriods, n, r, nEff, expected } = correlateDays(a, b, options);
  return estimateOf({
    r: r.at(-1) ?? NaN,
    n: n.at(-1) ?? 0,
    nEff: nEff.at(-1) ?? NaN,
    expected: expected.at(-1) ?? 0,
    needed: minPeriods,
    from: days.at(-Math.min(window, days.length))?.from ?? NaN,
    to: days.at(-1)?.to ?? NaN,
    method: rollingMethod("1d", window),
    source: options.source,
  });
}

/** Correlation of all returns from one day to the next. @param options.minPeriods fewest pairs. @default 20 */
export function correlateAllDays(
  a: MinuteGrid,
  b: MinuteGrid,
  options: DayCorrelationOptions & { readonly source: Source },
): Estimate {
  const { source, minPeriods } = options;
  const pairs = pairedDays(a, b, options), { days } = pairs;
  const from = days[0]?.from ?? NaN, to = days.at(-1)?.to ?? NaN;
  return allOf(pairs, { timeframe: "1d", source, minPeriods, from, to });
}

/** The returns of both over the days that have ended in both. */
export function pairedDays(
  a: MinuteGrid,
  b: MinuteGrid,
  { calendars, to = Infinity }: Pick<DayCorrelationOptions, "calendars" | "to">,
): PairedReturns & { readonly days: readonly Interval[] } {
  const start = Math.max(a.start, b.start);
  const end = Math.min(a.start + a.length * MINUTE, b.start + b.length * MINUTE);
  const range = { start, length: Math.max(0, (end - start) / MINUTE) };
  const days = daysOf(range, ...calendars).filter((day) => day.to <= Math.min(to, end));
  const isCovered = (day: Interval | undefined) => day !== undefined && day.from >= start;
  return {
    days,
    length: days.length,
    a: returnsOn(days, a),
    b: returnsOn(days, b),
    possible: Uint8Array.from(days, (day, i) => isCovered(days[i - 1]) && isCovered(day) ? 1 : 0),
    openTime: (row) => days[row]!.from,
    endTime: (row) => days[row]!.to,
  };
}

/** One return a day; NaN where there is none. */
function returnsOn(days: readonly Interval[], grid: MinuteGrid): Float64Array {
  const bars = sessionBars(grid, days), returns = sessionReturns(bars, days);
  const byOpenTime = new Map(Array.from(bars.openTime, (time, row) => [time, returns[row]!]));
  return Float64Array.from(days, ({ from }) => byOpenTime.get(from) ?? NaN);
}
