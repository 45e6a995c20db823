import type { TradingCalendar } from "../calendar/calendar.ts";
import { type MinuteGrid, minutesWithin } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";
import { stepOf } from "../model/timeframe.ts";
import { pairedDays } from "./day_correlation.ts";
import type { LongReturns, LongTimeframe } from "./lagged_pairs.ts";
import { commonSlots } from "./pair_correlation.ts";
import { returnsOf } from "./returns.ts";

/** What {@link longReturns} takes. */
export interface LongReturnsOptions {
  /** When each of the two trades: days are the sessions of the first that shuts. */
  readonly calendars: readonly [TradingCalendar, TradingCalendar];
  /** Only slots that end by then, epoch ms UTC. @default the end of both */
  readonly to?: number;
  /** At most so much of the newest past, ms. @default all */
  readonly lengthMs?: number;
}

/** The returns of a pair over 4h of UTC, or from one session to the next. */
export function longReturns(
  a: MinuteGrid,
  b: MinuteGrid,
  timeframe: LongTimeframe,
  { calendars, to, lengthMs = Infinity }: LongReturnsOptions,
): LongReturns {
  const end = Math.min(a.start + a.length * MINUTE, b.start + b.length * MINUTE);
  const [cutA, cutB] = [a, b].map((grid) =>
    minutesWithin(grid, Math.max(grid.start, end - lengthMs))
  );
  if (timeframe === "1d") {
    const pairs = pairedDays(cutA!, cutB!, { calendars, ...(to === undefined ? {} : { to }) });
    const rows = Array.from({ length: pairs.length }, (_, row) => row);
    return {
      openTime: Float64Array.from(rows, pairs.openTime),
      endTime: Float64Array.from(rows, pairs.endTime),
      a: pairs.a,
      b: pairs.b,
      possibleA: pairs.possible,
      possibleB: pairs.possible,
    };
  }
  const stepMs = stepOf(timeframe);
  const common = commonSlots(cutA!, cutB!, stepMs, to);
  const length = Math.max(0, (common.end - common.start) / stepMs || 0);
  const [inA, inB] = [cutA!, cutB!].map((grid) => {
    const { start, value, possible } = returnsOf(grid, timeframe);
    const first = Math.max(0, (common.start - start) / stepMs || 0);
    return {
      value: value.slice(first, first + length),
      possible: possible.slice(first, first + length),
    };
  });
  const times = (after: number) =>
    Float64Array.from({ length }, (_, row) => common.start + (row + after) * stepMs);
  return {
    openTime: times(0),
    endTime: times(1),
    a: inA!.value,
    b: inB!.value,
    possibleA: inA!.possible,
    possibleB: inB!.possible,
  };
}
