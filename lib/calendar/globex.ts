import { DAY, HOUR, type Interval } from "../model/time.ts";
import type { TradingCalendar } from "./calendar.ts";
import {
  GLOBEX_HOLIDAYS,
  GLOBEX_HOLIDAYS_FROM,
  GLOBEX_HOLIDAYS_UNTIL,
} from "./globex_holidays_table.ts";
import { CHICAGO, dateText, parseDate, zonedTime } from "./zone.ts";

/** Chicago wall clock: a trading day runs from 17:00 of the day before to 16:00. */
const OPEN = { hour: 17 };
const CLOSE = { hour: 16 };
/**
 * 17:00 to 16:00 in Chicago lies within 22:00 to 22:00 UTC, in summer and in winter. So two hours added to
 * a UTC time give the date of the trading day it can belong to.
 */
const SHIFT_MS = 2 * HOUR;
/** Sessions remembered at once: eleven years. */
const MAX_REMEMBERED = 4_096;

const dayTexts = new Map<number, string>();

/** Trading days that the holiday table speaks for, both included. */
const TABLE = { first: dayNumber(GLOBEX_HOLIDAYS_FROM), last: dayNumber(GLOBEX_HOLIDAYS_UNTIL) };

function dayNumber(text: string): number {
  const date = parseDate(text);
  if (date === undefined) throw new RangeError(`a day must be YYYYMMDD, got ${text}`);
  return date.since(new Temporal.PlainDate(1970, 1, 1)).days;
}

function dateOfDay(day: number): Temporal.PlainDate {
  return new Temporal.PlainDate(1970, 1, 1).add({ days: day });
}

/** `12:15` as hour and minute. */
function wallClock(text: string): { hour: number; minute: number } {
  return { hour: Number(text.slice(0, 2)), minute: Number(text.slice(3)) };
}

function dayOf(time: number): number {
  return Math.floor((time + SHIFT_MS) / DAY);
}

/**
 * Hours at CME Globex by rule: Sunday 17:00 to Friday 16:00 Chicago time, with a break from 16:00 to 17:00 each
 * day. Summer time is Chicago's, by the IANA rules.
 *
 * @param closeOf when the trading day `YYYYMMDD` ends by the Chicago wall clock (`12:15`) where that is not
 * 16:00; null when it is not held.
 */
export function globexHours(
  name: string,
  closeOf: (day: string) => string | null | undefined,
): TradingCalendar {
  const remembered = new Map<number, Interval | null>();
  /** The session of the trading day `day`, counted from 1970-01-01; null at weekends. */
  const sessionOfDay = (day: number): Interval | null => {
    const found = remembered.get(day);
    if (found !== undefined) return found;
    const date = dateOfDay(day);
    const early = closeOf(dateText(date));
    const session = date.dayOfWeek > 5 || early === null ? null : {
      from: zonedTime(date.subtract({ days: 1 }), OPEN, CHICAGO),
      to: zonedTime(date, early === undefined ? CLOSE : wallClock(early), CHICAGO),
    };
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(day, session);
    return session;
  };
  const sessionOf = (time: number): Interval | undefined => {
    if (!Number.isFinite(time)) return undefined;
    const session = sessionOfDay(dayOf(time));
    return session !== null && time >= session.from && time < session.to ? session : undefined;
  };
  return {
    name,
    isOpen: (time) => Number.isFinite(time) ? sessionOf(time) !== undefined : undefined,
    sessionOf,
    nextOpen(time) {
      if (!Number.isFinite(time)) return undefined;
      for (let day = dayOf(time);; day++) {
        const session = sessionOfDay(day);
        if (session !== null && session.to > time) return Math.max(time, session.from);
      }
    },
    sessions(from, to) {
      if (!Number.isFinite(from) || !Number.isFinite(to)) {
        throw new RangeError(`from and to must be finite, got ${from} and ${to}`);
      }
      const found: Interval[] = [];
      for (let day = dayOf(from); day <= dayOf(to); day++) {
        const session = sessionOfDay(day);
        if (session !== null && session.to > from && session.from < to) found.push(session);
      }
      return found;
    },
  };
}

/** True when the holiday table speaks for the trading day that `time` can belong to. */
export function isInHolidayTable(time: number): boolean {
  const day = dayOf(time);
  return day >= TABLE.first && day <= TABLE.last;
}

/**
 * The index futures at CME Globex by rule: Sunday 17:00 to Friday 16:00 Chicago time, with a break from
 * 16:00 to 17:00 each day. Source: CME Group, contract specifications of the E-mini S&P 500.
 *
 * Holidays and early closes come from `globex_holidays_table.ts`, which states the period that it covers;
 * outside of it a holiday counts as open. The contract's published hours, where there are any, override
 * both, see `withPublishedHours` in `trading_hours.ts`.
 *
 * @example The break begins at 21:00 UTC in summer, at 22:00 UTC in winter
 * ```ts
 * import { globexEquityIndex } from "./globex.ts";
 * import assert from "node:assert/strict";
 * assert.equal(globexEquityIndex.isOpen(Date.UTC(2026, 6, 7, 21, 30)), false);
 * assert.equal(globexEquityIndex.isOpen(Date.UTC(2026, 11, 8, 21, 30)), true);
 * ```
 */
export const globexEquityIndex: TradingCalendar = globexHours(
  "CME Globex equity index",
  (day) => GLOBEX_HOLIDAYS.get(day),
);

/**
 * The same rule limited to what is certain. Outside the period that the holiday table covers (its valid-from and
 * valid-until) a day the rule has open may be a holiday, so `isOpen` is undefined. Breaks and weekends need no table.
 *
 * @example
 * ```ts
 * import { globexWithAuthority } from "./globex.ts";
 * import assert from "node:assert/strict";
 * assert.equal(globexWithAuthority.isOpen(Date.UTC(2026, 11, 25, 15)), false); // Christmas, by the table
 * assert.equal(globexWithAuthority.isOpen(Date.UTC(2031, 11, 25, 15)), undefined); // past the table
 * assert.equal(globexWithAuthority.isOpen(Date.UTC(2031, 11, 27, 15)), false); // a Saturday
 * ```
 */
export const globexWithAuthority: TradingCalendar = {
  ...globexEquityIndex,
  isOpen(time) {
    const isOpen = globexEquityIndex.isOpen(time);
    return isOpen === true && !isInHolidayTable(time) ? undefined : isOpen;
  },
};

/**
 * The trading day, `YYYYMMDD`, that a Globex session belongs to: the date of its close. What trades from
 * Sunday 17:00 on is Monday's. Undefined in the daily break and at weekends.
 */
export function tradingDayOf(time: number): string | undefined {
  if (globexEquityIndex.sessionOf(time) === undefined) return undefined;
  const day = dayOf(time);
  const known = dayTexts.get(day);
  if (known !== undefined) return known;
  const text = dateText(dateOfDay(day));
  if (dayTexts.size >= MAX_REMEMBERED) dayTexts.clear();
  dayTexts.set(day, text);
  return text;
}
