import { LocalClock } from "../../calendar/local_clock.ts";
import { type MinuteGrid, minutesWithin } from "../../model/minute_grid.ts";
import { DAY, floorTo, HOUR, type Interval, MINUTE } from "../../model/time.ts";
import { stepOf } from "../../model/timeframe.ts";
import { commonSlots } from "../pair_correlation.ts";
import { returnsOf } from "../returns.ts";
import type { GridTimeframe } from "../timeframe_grid.ts";
import type { StudySide } from "./study.ts";

/** One bar of a pair, by the clock of a zone. */
export interface LocalPair {
  /** Local days since 1970-01-01. */
  readonly day: number;
  /** 1 Monday to 7 Sunday. */
  readonly weekday: number;
  /** Local hour in which the bar opens, 0 to 23. */
  readonly hour: number;
  /** Log returns; NaN where there is none. */
  readonly a: number;
  readonly b: number;
  /** Both could have a return. */
  readonly isPossible: boolean;
}

/** A change of clocks comes at a multiple of this. */
const CHANGE_STEP_MS = HOUR / 4;

/**
 * Returns of a pair on bars that begin by the clock of a zone: bars of 4h open at 0, 4, 8 … o'clock there, in summer and
 * in winter. Where the clocks change a bar begins anew, and its return over the change is left out.
 */
export function localPairs(
  [a, b]: readonly [StudySide, StudySide],
  timeframe: GridTimeframe,
  timeZone: string,
): LocalPair[] {
  const start = Math.max(a.grid.start, b.grid.start);
  const end = Math.min(endOf(a.grid), endOf(b.grid));
  return stretchesOf(start, end, timeZone).flatMap(({ from, to, offset }) =>
    pairsWithin(shifted(a.grid, from, to, offset), shifted(b.grid, from, to, offset), timeframe)
  );
}

function pairsWithin(a: MinuteGrid, b: MinuteGrid, timeframe: GridTimeframe): LocalPair[] {
  const stepMs = stepOf(timeframe);
  const { start, end } = commonSlots(a, b, stepMs);
  const inA = returnsOf(a, timeframe), inB = returnsOf(b, timeframe);
  const pairs: LocalPair[] = [];
  for (let time = start; time < end; time += stepMs) {
    const rowA = (time - inA.start) / stepMs, rowB = (time - inB.start) / stepMs;
    const day = Math.floor(time / DAY);
    pairs.push({
      day,
      // 1970-01-01 was a Thursday.
      weekday: ((day + 3) % 7 + 7) % 7 + 1,
      hour: Math.floor((time - day * DAY) / HOUR),
      a: inA.value[rowA]!,
      b: inB.value[rowB]!,
      isPossible: inA.possible[rowA] === 1 && inB.possible[rowB] === 1,
    });
  }
  return pairs;
}

function endOf({ start, length }: MinuteGrid): number {
  return start + length * MINUTE;
}

/** Minutes with local times for their times. */
function shifted(grid: MinuteGrid, from: number, to: number, offset: number): MinuteGrid {
  const within = minutesWithin(grid, from, to);
  return { ...within, start: within.start + offset };
}

/** Stretches of time in which the zone's clock is equally far from UTC. */
function stretchesOf(
  start: number,
  end: number,
  timeZone: string,
): (Interval & { readonly offset: number })[] {
  const clock = new LocalClock(timeZone);
  const offsetAt = (time: number) => {
    const { day, minute } = clock.at(time);
    return day * DAY + minute * MINUTE - floorTo(time, MINUTE);
  };
  const stretches: { from: number; to: number; offset: number }[] = [];
  for (let time = floorTo(start, CHANGE_STEP_MS); time < end; time += CHANGE_STEP_MS) {
    const offset = offsetAt(time), last = stretches.at(-1);
    const from = Math.max(time, start), to = Math.min(time + CHANGE_STEP_MS, end);
    if (last?.offset === offset) last.to = to;
    else stretches.push({ from, to, offset });
  }
  return stretches;
}
