import { DAY, type Interval, mergeIntervals } from "../model/time.ts";
import type { TradingCalendar } from "./calendar.ts";
import { dateText, ianaZone, parseDate, zonedTime } from "./zone.ts";

/** What a venue has published about the hours of one contract. */
export interface PublishedHours {
  /** When it trades, sorted and disjoint, epoch ms UTC. */
  readonly sessions: readonly Interval[];
  /** Whole local days on which it does not trade, sorted. */
  readonly closedDays: readonly Interval[];
  /** Why the text was read only so far; undefined when all of it was understood. */
  readonly fault: string | undefined;
}

/** Longer sessions are a misprint. */
const MAX_SESSION_MS = 7 * DAY;
const HOURS = /^(?:(\d{8}):)?(\d{2})(\d{2})-(?:(\d{8}):)?(\d{2})(\d{2})$/;

/**
 * Reads `tradingHours` or `liquidHours` of IB's contract details. Both syntaxes:
 * `20240303:1700-20240304:1600;20240309:CLOSED` and the older `20160321:1700-1515,1530-1600`, where a
 * session that would end before it begins has opened on the day before.
 *
 * The text is read up to the first part that makes no sense; nothing after it is known. Never throws.
 *
 * @param zone as TWS names it: `US/Central`, `CST`, `EST (Eastern Standard Time)`, …
 */
export function parseTradingHours(text: string, zone: string): PublishedHours {
  const timeZone = ianaZone(zone);
  if (timeZone === undefined) {
    return { sessions: [], closedDays: [], fault: `time zone ${zone || "(none)"} is not known` };
  }
  const sessions: Interval[] = [];
  const closedDays: Interval[] = [];
  let fault: string | undefined;
  for (const entry of text.split(";").map((part) => part.trim()).filter((part) => part !== "")) {
    const read = readEntry(entry, timeZone);
    if (read === undefined) {
      fault = `trading hours ${entry.slice(0, 60)} cannot be read`;
      break;
    }
    sessions.push(...read.sessions);
    closedDays.push(...read.closedDays);
  }
  const byStart = (a: Interval, b: Interval) => a.from - b.from;
  return { sessions: mergeIntervals(sessions), closedDays: closedDays.sort(byStart), fault };
}

/** `20240309:CLOSED`, or a date with one or more stretches of hours. */
function readEntry(
  entry: string,
  timeZone: string,
): { sessions: Interval[]; closedDays: Interval[] } | undefined {
  const [, label = "", hours = ""] = /^(\d{8}):(.+)$/.exec(entry) ?? [];
  const date = parseDate(label);
  if (date === undefined) return undefined;
  if (hours.toUpperCase() === "CLOSED") {
    const from = zonedTime(date, { hour: 0 }, timeZone);
    return { sessions: [], closedDays: [{ from, to: zonedTime(date, { hour: 24 }, timeZone) }] };
  }
  const sessions: Interval[] = [];
  for (const part of hours.split(",")) {
    const session = readHours(part.trim(), date, timeZone);
    if (session === undefined) return undefined;
    sessions.push(session);
  }
  return { sessions, closedDays: [] };
}

function readHours(
  part: string,
  date: Temporal.PlainDate,
  timeZone: string,
): Interval | undefined {
  const [, fromLabel, fromHour, fromMinute, toLabel, toHour, toMinute] = HOURS.exec(part) ?? [];
  const opens = wallClock(fromHour, fromMinute);
  const closes = wallClock(toHour, toMinute);
  if (opens === undefined || closes === undefined) return undefined;
  const isOld = toLabel === undefined;
  const opensBefore = isOld && opens.hour * 60 + opens.minute >= closes.hour * 60 + closes.minute;
  const first = fromLabel === undefined ? date : parseDate(fromLabel);
  const last = isOld ? date : parseDate(toLabel);
  if (first === undefined || last === undefined) return undefined;
  const from = zonedTime(opensBefore ? first.subtract({ days: 1 }) : first, opens, timeZone);
  const to = zonedTime(last, closes, timeZone);
  return to > from && to - from <= MAX_SESSION_MS ? { from, to } : undefined;
}

function wallClock(hourText = "", minuteText = ""): { hour: number; minute: number } | undefined {
  const hour = Number(hourText), minute = Number(minuteText);
  if (hourText === "" || hour > 24 || minute > 59 || (hour === 24 && minute > 0)) return undefined;
  return { hour, minute };
}

/**
 * A calendar in which published hours decide for as long as they reach, and the rule before and after.
 * They reach from the first session's open to the last one's close; a closed day at either end counts with
 * the session it replaces. Beyond that, silence is not "closed": the venue publishes about a week, and the
 * rule answers, possibly with undefined.
 */
export function withPublishedHours(
  rule: TradingCalendar,
  { sessions: published, closedDays }: PublishedHours,
): TradingCalendar {
  const covered = [...published, ...closedDays.map((day) => replacedBy(day, rule))];
  if (covered.length === 0) return rule;
  const known = {
    from: Math.min(...covered.map((interval) => interval.from)),
    to: Math.max(...covered.map((interval) => interval.to)),
  };
  const sessions = (from: number, to: number): Interval[] => {
    const before = rule.sessions(Math.min(from, known.from), known.from)
      .map((session) => ({ from: session.from, to: Math.min(session.to, known.from) }));
    const after = rule.sessions(known.to, Math.max(to, known.to))
      .map((session) => ({ from: Math.max(session.from, known.to), to: session.to }));
    return mergeIntervals([...before, ...published, ...after])
      .filter((session) => session.to > from && session.from < to);
  };
  const calendar: TradingCalendar = {
    name: `${rule.name}, published hours`,
    isOpen: (time) =>
      time >= known.from && time < known.to ? holds(published, time) : rule.isOpen(time),
    sessionOf: (time) => calendar.isOpen(time) ? sessions(time, time + 1)[0] : undefined,
    nextOpen(time) {
      if (time >= known.to) return rule.nextOpen(time);
      const next = time < known.from
        ? rule.nextOpen(time)
        : published.find((session) => session.to > time)?.from;
      if (time < known.from && next !== undefined && next < known.from) return next;
      if (time < known.from) return calendar.nextOpen(known.from);
      return next === undefined ? rule.nextOpen(known.to) : Math.max(time, next);
    },
    sessions,
  };
  return calendar;
}

/**
 * A day named as closed is a trading day: it denotes the session that ends in it, which may have begun
 * on the evening before, and leaves alone the one that begins in it and ends later.
 */
function replacedBy(day: Interval, rule: TradingCalendar): Interval {
  const early = rule.sessionOf(day.from);
  const late = rule.sessionOf(day.to);
  const from = early !== undefined && early.to <= day.to ? early.from : day.from;
  const to = late !== undefined && late.from > day.from ? Math.min(late.from, day.to) : day.to;
  return { from, to };
}

function holds(sessions: readonly Interval[], time: number): boolean {
  return sessions.some((session) => time >= session.from && time < session.to);
}

/**
 * Trading hours in IB's present syntax. Each day is listed by the sessions that end in it; a day without
 * any is `CLOSED`; one that only begins a session (a Sunday) is left out.
 *
 * @param from epoch ms UTC; listing begins with its local day.
 * @param days number of local days.
 * @param zone as TWS names it. @throws {RangeError} when it is not known, or `days` is no whole number.
 *
 * @example
 * ```ts
 * import { globexEquityIndex } from "./globex.ts";
 * import { formatTradingHours } from "./trading_hours.ts";
 * import assert from "node:assert/strict";
 * assert.equal(
 *   formatTradingHours(globexEquityIndex, Date.UTC(2025, 4, 3, 12), 3, "US/Central"),
 *   "20250503:CLOSED;20250504:1700-20250505:1600",
 * );
 * ```
 */
export function formatTradingHours(
  calendar: TradingCalendar,
  from: number,
  days: number,
  zone: string,
): string {
  const timeZone = ianaZone(zone);
  if (timeZone === undefined) throw new RangeError(`zone must be a known time zone, got ${zone}`);
  if (!Number.isInteger(days) || days < 0) {
    throw new RangeError(`days must be a whole number of 0 or more, got ${days}`);
  }
  const first = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone)
    .toPlainDate();
  const dayAt = (i: number) => zonedTime(first.add({ days: i }), { hour: 0 }, timeZone);
  const range = { from: dayAt(0), to: dayAt(days) };
  const sessions = calendar.sessions(range.from, range.to).map((session) => ({
    from: Number.isFinite(session.from) ? session.from : range.from,
    to: Number.isFinite(session.to) ? session.to : range.to,
  }));
  const entries = Array.from({ length: days }, (_, i) => {
    const day = { from: dayAt(i), to: dayAt(i + 1) };
    const ending = sessions.filter(({ to }) => to > day.from && to <= day.to);
    if (ending.length > 0) {
      return ending.map(({ from, to }) => `${stamp(from, timeZone)}-${stamp(to, timeZone)}`);
    }
    const isTraded = sessions.some((session) => session.to > day.from && session.from < day.to);
    return isTraded ? [] : [`${dateText(first.add({ days: i }))}:CLOSED`];
  });
  return entries.flat().join(";");
}

/** `20250504:1700`. */
function stamp(time: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${dateText(local.toPlainDate())}:${two(local.hour)}${two(local.minute)}`;
}
