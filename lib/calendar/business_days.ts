import { dateText } from "./zone.ts";

type PlainDate = Temporal.PlainDate;

const SATURDAY = 6;
/** Entries in the cache of holidays, one for each year and calendar. */
const MAX_REMEMBERED = 256;

/** The days on which a country's exchanges and banks do business. Pure. */
export interface BusinessCalendar {
  readonly name: string;
  isBusinessDay(date: PlainDate): boolean;
}

/**
 * Business days of US futures exchanges by rule: no weekends, New Year, Martin Luther King, Presidents, Good
 * Friday, Memorial, Juneteenth (since 2022), Independence, Labor, Thanksgiving, Christmas. A Sunday's holiday is
 * kept on Monday, a Saturday's on Friday, except New Year's, which is not kept in the year before. Days of
 * national mourning are not known here. Source: the NYSE's Rule 7.2, which CME Group's settlement days follow.
 */
export const US_BUSINESS_DAYS: BusinessCalendar = businessCalendar("US", (year) => [
  ...(date(year, 1, 1).dayOfWeek === SATURDAY ? [] : [kept(date(year, 1, 1))]),
  nthWeekday(year, 1, 1, 3),
  nthWeekday(year, 2, 1, 3),
  easterSunday(year).subtract({ days: 2 }),
  lastWeekday(year, 5, 1),
  ...(year >= 2022 ? [kept(date(year, 6, 19))] : []),
  kept(date(year, 7, 4)),
  nthWeekday(year, 9, 1, 1),
  nthWeekday(year, 11, 4, 4),
  kept(date(year, 12, 25)),
]);

/**
 * Business days in London by rule: the bank holidays of England and Wales, with substitutes for those that fall
 * on weekends. One-off holidays are not known here. Source: gov.uk, UK bank holidays.
 */
export const LONDON_BUSINESS_DAYS: BusinessCalendar = businessCalendar("London", (year) => [
  nextWeekday(date(year, 1, 1)),
  easterSunday(year).subtract({ days: 2 }),
  easterSunday(year).add({ days: 1 }),
  nthWeekday(year, 5, 1, 1),
  lastWeekday(year, 5, 1),
  lastWeekday(year, 8, 1),
  ...christmas(year),
]);

/** The day itself when all calendars do business then, else the nearest earlier day on which they do. */
export function businessDayOnOrBefore(
  day: PlainDate,
  ...calendars: readonly BusinessCalendar[]
): PlainDate {
  let found = day;
  while (!calendars.every((calendar) => calendar.isBusinessDay(found))) {
    found = found.subtract({ days: 1 });
  }
  return found;
}

/** The business day a number of business days before `day`; for 0, `day` itself or the last one before it. */
export function businessDaysBefore(
  day: PlainDate,
  count: number,
  calendar: BusinessCalendar,
): PlainDate {
  let found = businessDayOnOrBefore(day, calendar);
  for (let i = 0; i < count; i++) {
    found = businessDayOnOrBefore(found.subtract({ days: 1 }), calendar);
  }
  return found;
}

/** The `nth` business day of a month counted from its end: 1 is the last. */
export function lastBusinessDay(
  { year, month }: Temporal.PlainYearMonth,
  nth: number,
  calendar: BusinessCalendar,
): PlainDate {
  const last = date(year, month, 1).add({ months: 1 }).subtract({ days: 1 });
  return businessDaysBefore(last, nth - 1, calendar);
}

/** The `nth` given weekday (1 Monday, 7 Sunday) of a month. */
export function nthWeekday(year: number, month: number, weekday: number, nth: number): PlainDate {
  const first = date(year, month, 1);
  return first.add({ days: (weekday - first.dayOfWeek + 7) % 7 + 7 * (nth - 1) });
}

/** The last given weekday (1 Monday, 7 Sunday) of a month. */
export function lastWeekday(year: number, month: number, weekday: number): PlainDate {
  const last = date(year, month, 1).add({ months: 1 }).subtract({ days: 1 });
  return last.subtract({ days: (last.dayOfWeek - weekday + 7) % 7 });
}

/**
 * Easter Sunday of the Gregorian calendar, by the algorithm of Meeus, Jones and Butcher.
 *
 * @example
 * ```ts
 * import { easterSunday } from "./business_days.ts";
 * import assert from "node:assert/strict";
 * assert.equal(easterSunday(2026).toString(), "2026-04-05");
 * ```
 */
export function easterSunday(year: number): PlainDate {
  const century = Math.floor(year / 100), inCentury = year % 100;
  const moon = (19 * (year % 19) + century - Math.floor(century / 4) -
    Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3) + 15) % 30;
  const week = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - moon - inCentury % 4) % 7;
  const late = Math.floor((year % 19 + 11 * moon + 22 * week) / 451);
  const days = moon + week - 7 * late + 114;
  return date(year, Math.floor(days / 31), days % 31 + 1);
}

function businessCalendar(
  name: string,
  holidaysOf: (year: number) => readonly PlainDate[],
): BusinessCalendar {
  const remembered = new Map<number, ReadonlySet<string>>();
  const ofYear = (year: number) => {
    let holidays = remembered.get(year);
    if (holidays === undefined) {
      holidays = new Set(holidaysOf(year).map(dateText));
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(year, holidays);
    }
    return holidays;
  };
  return {
    name,
    isBusinessDay: (day) => day.dayOfWeek < SATURDAY && !ofYear(day.year).has(dateText(day)),
  };
}

function date(year: number, month: number, day: number): PlainDate {
  return new Temporal.PlainDate(year, month, day);
}

/** The US rule: Saturday's on Friday, Sunday's on Monday. */
function kept(day: PlainDate): PlainDate {
  if (day.dayOfWeek === SATURDAY) return day.subtract({ days: 1 });
  return day.dayOfWeek > SATURDAY ? day.add({ days: 1 }) : day;
}

/** The rule of London: the next weekday. */
function nextWeekday(day: PlainDate): PlainDate {
  return day.dayOfWeek < SATURDAY ? day : day.add({ days: 8 - day.dayOfWeek });
}

/** Christmas and Boxing Day in London, on the first two weekdays from the 25th on that they leave free. */
function christmas(year: number): PlainDate[] {
  const first = date(year, 12, 25), second = date(year, 12, 26);
  // 25th on a Sunday: Boxing Day keeps Monday, Christmas moves to Tuesday.
  if (first.dayOfWeek > SATURDAY) return [second, second.add({ days: 1 })];
  const day = nextWeekday(first);
  const next = nextWeekday(second);
  return [day, next.equals(day) ? next.add({ days: 1 }) : next];
}
