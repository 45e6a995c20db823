import type { TradingCalendar } from "../calendar/calendar.ts";
import { hasBar, isSettled, type MinuteGrid, MinuteStatus } from "../model/minute_grid.ts";
import { DAY, floorTo, type Interval, MINUTE } from "../model/time.ts";
import { MIXED_CONTRACTS } from "./timeframe_grid.ts";

/** Bars of whole sessions as columns, oldest first; a session without any minute has no row. */
export interface SessionBars {
  readonly length: number;
  /** Beginning and end of the session, epoch ms UTC. */
  readonly openTime: Float64Array;
  readonly endTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** 1 where every minute of the session is settled and all its bars are of one contract. */
  readonly complete: Uint8Array;
  /** Contract of its bars as in the grid, or {@link MIXED_CONTRACTS}. */
  readonly contract: Uint8Array;
}

/**
 * The days of an instrument: the sessions of its calendar that its minutes touch. A market that never shuts, or whose
 * hours are not specified, has days of UTC.
 *
 * @param grid minutes.
 * @param calendar when the market trades; of a pair those of both: the days are those of the first that shuts, so that
 * crypto is cut to the sessions of the future.
 *
 * @example Two days of a market that never shuts
 * ```ts
 * import { alwaysOpen } from "../calendar/calendar.ts";
 * import { daysOf } from "./session_bars.ts";
 * import assert from "node:assert/strict";
 * const days = daysOf({ start: 0, length: 2 * 24 * 60 }, alwaysOpen);
 * assert.deepEqual(days.map(({ to }) => to / 86_400_000), [1, 2]);
 * ```
 */
export function daysOf(
  grid: Pick<MinuteGrid, "start" | "length">,
  ...calendars: readonly TradingCalendar[]
): Interval[] {
  const end = grid.start + grid.length * MINUTE;
  if (!(grid.length > 0)) return [];
  const shuts = calendars.find((calendar) => hasSessions(calendar, grid.start));
  if (shuts !== undefined) return shuts.sessions(grid.start, end);
  const days: Interval[] = [];
  for (let from = floorTo(grid.start, DAY); from < end; from += DAY) {
    days.push({ from, to: from + DAY });
  }
  return days;
}

/** Whether a market opens and shuts, at times that are known. */
function hasSessions(calendar: TradingCalendar, time: number): boolean {
  const opensAt = calendar.nextOpen(time);
  const session = opensAt === undefined ? undefined : calendar.sessionOf(opensAt);
  return session !== undefined && Number.isFinite(session.to - session.from);
}

/**
 * Minutes as bars of whole sessions. One look at each minute.
 *
 * @param sessions ascending, none overlapping another.
 */
export function sessionBars(grid: MinuteGrid, sessions: readonly Interval[]): SessionBars {
  const rows = sessions.map((session) => rowOf(grid, session)).filter((row) => row !== undefined);
  const column = (value: (row: SessionRow) => number) => Float64Array.from(rows, value);
  return {
    length: rows.length,
    openTime: column((row) => row.from),
    endTime: column((row) => row.to),
    open: column((row) => row.open),
    high: column((row) => row.high),
    low: column((row) => row.low),
    close: column((row) => row.close),
    volume: column((row) => row.volume),
    complete: Uint8Array.from(rows, (row) => row.isComplete ? 1 : 0),
    contract: Uint8Array.from(rows, (row) => row.contract),
  };
}

/**
 * Log returns from one session to the next: row `i` is `ln(close_i / close_{i−1})`. This is the one return that
 * crosses a break: both sessions are complete, of one contract, and follow each other in the calendar.
 *
 * @param bars made by {@link sessionBars} of `sessions`.
 * @returns NaN where there is none; the first row has none.
 */
export function sessionReturns(bars: SessionBars, sessions: readonly Interval[]): Float64Array {
  const placeOf = new Map(sessions.map((session, place) => [session.from, place]));
  const returns = new Float64Array(bars.length).fill(NaN);
  for (let row = 1; row < bars.length; row++) {
    const before = row - 1;
    const isNext = placeOf.get(bars.openTime[row]!) === placeOf.get(bars.openTime[before]!)! + 1;
    const isOne = bars.contract[row] === bars.contract[before];
    const isWhole = bars.complete[row] === 1 && bars.complete[before] === 1;
    const from = bars.close[before]!, to = bars.close[row]!;
    // log1p keeps the digits that the quotient, so near 1, would lose.
    if (isNext && isOne && isWhole && from > 0 && to > 0) {
      returns[row] = Math.log1p((to - from) / from);
    }
  }
  return returns;
}

interface SessionRow extends Interval {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly isComplete: boolean;
  readonly contract: number;
}

function rowOf(grid: MinuteGrid, { from, to }: Interval): SessionRow | undefined {
  const first = Math.ceil((from - grid.start) / MINUTE);
  const end = Math.floor((to - grid.start) / MINUTE);
  let open = NaN, high = -Infinity, low = Infinity, close = NaN, volume = 0, contract = -1;
  let isComplete = first >= 0 && end <= grid.length;
  for (let row = Math.max(0, first); row < Math.min(end, grid.length); row++) {
    const status = grid.status[row];
    if (!isSettled(status)) isComplete = false;
    // An off-session minute inside a session: the calendar disagrees with the venue, so its bars are kept.
    if (status === MinuteStatus.OutOfSession || !hasBar(status)) continue;
    if (contract < 0) {
      open = grid.open[row]!;
      contract = grid.contract[row]!;
    } else if (contract !== grid.contract[row]) contract = MIXED_CONTRACTS;
    high = Math.max(high, grid.high[row]!);
    low = Math.min(low, grid.low[row]!);
    close = grid.close[row]!;
    volume += grid.volume[row]!;
  }
  if (contract < 0) return undefined;
  if (contract === MIXED_CONTRACTS) isComplete = false;
  return { from, to, open, high, low, close, volume, isComplete, contract };
}
