import type { TradingCalendar } from "../../calendar/calendar.ts";
import { LocalClock } from "../../calendar/local_clock.ts";
import { DAY, HOUR, type Interval, MINUTE } from "../../model/time.ts";
import { WallClock } from "../wall_clock.ts";

/** Trading hours inferred from the bars, and the time zone they repeat in. */
export interface HabitualHours {
  readonly calendar: TradingCalendar;
  readonly zone: string;
  /** `09:30 to 16:00 on weekdays, America/New_York`. */
  readonly text: string;
}

/** A market with unknown hours: no bar is off session, and none counts as missing. */
export const unknownHours: TradingCalendar = {
  name: "unknown hours",
  isOpen: () => undefined,
  sessionOf: () => undefined,
  nextOpen: () => undefined,
  sessions: () => [],
};

/** Fewest days of one kind (weekdays, Saturdays or Sundays) to infer hours from. */
const MIN_DAYS = 3;
/** Share of the days on which a time of the day must have a bar. */
const MIN_SHARE = 0.5;
/** Shorter pauses are ignored: thin markets skip minutes. */
const SHORTEST_PAUSE_MS = HOUR;
/** Shorter sessions are taken for chance. */
const SHORTEST_HOURS_MS = HOUR;
const ZONES = ["UTC", "America/New_York", "Europe/Berlin"];
const KINDS = ["on weekdays", "on Saturdays", "on Sundays"] as const;

/**
 * Infers unknown trading hours from bars: the times of day at which most days have one, in the time zone in which
 * they repeat best. Undefined where there are too few days or no such hours.
 *
 * @param times different open times, ascending, epoch ms UTC.
 * @param stepMs length of a bar, ms.
 */
export function habitualHours(times: Float64Array, stepMs: number): HabitualHours | undefined {
  if (!(stepMs <= HOUR)) return undefined;
  const found = ZONES.map((zone) => habitOn(zone, times, stepMs))
    .filter((habit) => habit !== undefined);
  if (found.length === 0) return undefined;
  return found.reduce((a, b) => b.misfits < a.misfits ? b : a);
}

function habitOn(
  zone: string,
  times: Float64Array,
  stepMs: number,
): HabitualHours & { readonly misfits: number } | undefined {
  const clock = new LocalClock(zone);
  const slots = Math.ceil(DAY / stepMs);
  const counts = KINDS.map(() => new Uint32Array(slots));
  const local = times.map((time) => {
    const { day, minute } = clock.at(time);
    return day * DAY + minute * MINUTE;
  });
  for (const time of local) counts[kindOf(time)]![Math.floor(timeOfDay(time) / stepMs)]!++;
  const first = Math.floor(local[0]! / DAY), last = Math.floor(local.at(-1)! / DAY);
  const days = KINDS.map(() => 0);
  for (let day = first; day <= last; day++) days[kindOf(day * DAY)]!++;
  const hours = KINDS.map((_, kind) =>
    days[kind]! < MIN_DAYS ? [] : runsOf(counts[kind]!, MIN_SHARE * days[kind]!, stepMs)
  );
  if (hours.every((runs) => runs.length === 0)) return undefined;
  const sessions = sessionsOf(hours, { first, last, zone });
  const calendar = calendarOfSessions("these bars' usual hours", sessions);
  const outside = times.reduce((sum, time) => sum + (calendar.isOpen(time) === true ? 0 : 1), 0);
  const open = sessions.reduce((sum, { from, to }) => sum + (to - from) / stepMs, 0);
  const misfits = outside + Math.abs(open - (times.length - outside));
  return { calendar, zone, text: textOf(hours, zone), misfits };
}

function timeOfDay(local: number): number {
  return local - Math.floor(local / DAY) * DAY;
}

/** Index in {@link KINDS}. */
function kindOf(local: number): number {
  // 1970-01-01 was a Thursday.
  const weekday = ((Math.floor(local / DAY) + 3) % 7 + 7) % 7;
  return Math.max(0, weekday - 4);
}

/** Ranges of the time of day that hold at least so many bars. */
function runsOf(counts: Uint32Array, least: number, stepMs: number): Interval[] {
  const runs: { from: number; to: number }[] = [];
  counts.forEach((count, slot) => {
    if (count < least) return;
    const from = slot * stepMs, last = runs.at(-1);
    if (last !== undefined && from - last.to < SHORTEST_PAUSE_MS) last.to = from + stepMs;
    else runs.push({ from, to: from + stepMs });
  });
  return runs.filter(({ from, to }) => to - from >= SHORTEST_HOURS_MS);
}

function sessionsOf(
  hours: readonly (readonly Interval[])[],
  { first, last, zone }: { readonly first: number; readonly last: number; readonly zone: string },
): Interval[] {
  const clock = new WallClock(zone);
  const sessions: Interval[] = [];
  for (let day = first; day <= last; day++) {
    for (const run of hours[kindOf(day * DAY)]!) {
      const from = clock.utcOf(day * DAY + run.from), to = clock.utcOf(day * DAY + run.to);
      if (from < to) sessions.push({ from, to });
    }
  }
  return sessions;
}

function textOf(hours: readonly (readonly Interval[])[], zone: string): string {
  const clockText = (ms: number) => {
    const minutes = Math.round(ms / MINUTE);
    const two = (value: number) => `${value}`.padStart(2, "0");
    return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  };
  const parts = hours.flatMap((runs, kind) =>
    runs.length === 0 ? [] : [
      `${runs.map(({ from, to }) => `${clockText(from)} to ${clockText(to)}`).join(" and ")} ${
        KINDS[kind]
      }`,
    ]
  );
  return `${parts.join(", ")}, ${zone === "UTC" ? zone : `${zone} time`}`;
}

/** A calendar of these sessions, disjoint and in order, and of no others. */
function calendarOfSessions(name: string, sessions: readonly Interval[]): TradingCalendar {
  /** Index of the first session that ends after `time`. */
  const placeOf = (time: number) => {
    let low = 0, high = sessions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sessions[middle]!.to <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const sessionOf = (time: number) => {
    const session = sessions[placeOf(time)];
    return session !== undefined && session.from <= time ? session : undefined;
  };
  return {
    name,
    isOpen: (time) => sessionOf(time) !== undefined,
    sessionOf,
    nextOpen(time) {
      const session = sessions[placeOf(time)];
      return session === undefined ? undefined : Math.max(time, session.from);
    },
    sessions(from, to) {
      const found: Interval[] = [];
      for (let at = placeOf(from); at < sessions.length && sessions[at]!.from < to; at++) {
        found.push(sessions[at]!);
      }
      return found;
    },
  };
}
