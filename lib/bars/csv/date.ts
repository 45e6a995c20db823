import { ianaZone } from "../../calendar/zone.ts";
import { DAY, HOUR } from "../../model/time.ts";
import { timeOfDay } from "./time_of_day.ts";

/** The order of day, month and year in `02/03/2026`, `26/03/02` and `260302`. */
export type DateOrder = "dmy" | "mdy" | "ymd";

/** A date and a time of day as written. */
export interface WrittenTime {
  /** The wall clock as if it were UTC, epoch ms. */
  readonly local: number;
  /** Distance of its zone from UTC, ms; an IANA zone; undefined where none is written. */
  readonly zone: number | string | undefined;
  /** False for a date alone. */
  readonly hasClock: boolean;
}

/** `Sat, ` of `Sat, 01 Nov 2025`. */
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,\s]\s*/i;
/** `2026-01-26`, `2026.1.26`, `2026/1/26`. */
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/;
/** `20260126`, or `26012026`. */
const COMPACT = /^(\d{2})(\d{2})(\d{2})(\d{2})(?!\d)/;
/** `26.01.2026`, `01/26/2026`, `26/01/26`. */
const SHORT = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/;
/** `260126`. */
const SIX_DIGITS = /^(\d{2})(\d{2})(\d{2})(?!\d)/;
/** `26-Jan-2026`, `26 January 26`. */
const DAY_NAMED = /^(\d{1,2})[-\s/]?([a-z]{3,9})[-\s,/]*(\d{4}|\d{2})(?!\d)/i;
/** `Jan 26, 2026`. */
const MONTH_NAMED = /^([a-z]{3,9})\s+(\d{1,2}),?\s+(\d{4})(?!\d)/i;
const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
/** What stands between a date and a time of day. IBKR writes `20260126-18:00:00`, kdb+ `2026.01.26D18:00`, SAS `26JAN2026:18:00:00`. */
const BEFORE_CLOCK = /^(?:[TD]|[,\s_]\s*|[-:](?=\d\d:\d\d:\d\d))(?=\d)/;
const OFFSET = /^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?(?:\s*[[(].*[\])])?$/i;
const LONGEST = 80;

/**
 * Reads a date with its time of day and its zone, in the forms that exports use. Undefined for other text,
 * and for days and times that do not exist.
 */
export function writtenTime(text: string, order: DateOrder): WrittenTime | undefined {
  if (text.length > LONGEST) return undefined;
  const bare = isLetter(text) ? text.replace(WEEKDAY, "") : text;
  const date = dateOf(bare, order);
  if (date === undefined) return undefined;
  const after = bare.slice(date.length);
  const before = BEFORE_CLOCK.exec(after);
  const clock = before === null ? undefined : timeOfDay(after.slice(before[0].length));
  if (before !== null && clock === undefined) return undefined;
  const zone = zoneOf(clock?.rest ?? after.trim());
  if (zone === null) return undefined;
  return { local: date.midnight + (clock?.ms ?? 0), zone, hasClock: clock !== undefined };
}

interface FoundDate {
  /** Epoch ms as if it were UTC. */
  readonly midnight: number;
  /** Characters of the text that it takes. */
  readonly length: number;
}

function dateOf(text: string, order: DateOrder): FoundDate | undefined {
  let parts = YEAR_FIRST.exec(text);
  if (parts !== null) return dated(+parts[1]!, +parts[2]!, +parts[3]!, parts[0]);
  parts = COMPACT.exec(text);
  if (parts !== null) {
    const [a, b, c, d] = [+parts[1]!, +parts[2]!, +parts[3]!, +parts[4]!];
    // The year of a date such as 26012026 would be a month 20 here.
    return dated(100 * a + b, c, d, parts[0]) ??
      ordered([a, b, 100 * c + d], order === "ymd" ? "dmy" : order, parts[0]);
  }
  parts = SHORT.exec(text);
  if (parts !== null) {
    const isLong = parts[4]!.length === 4;
    const numbers = [+parts[1]!, +parts[3]!, +parts[4]!] as const;
    return ordered(numbers, isLong && order === "ymd" ? "dmy" : order, parts[0]);
  }
  parts = SIX_DIGITS.exec(text);
  if (parts !== null) return ordered([+parts[1]!, +parts[2]!, +parts[3]!], order, parts[0]);
  parts = DAY_NAMED.exec(text);
  if (parts !== null) return dated(fullYear(+parts[3]!), monthOf(parts[2]!), +parts[1]!, parts[0]);
  parts = MONTH_NAMED.exec(text);
  if (parts !== null) return dated(+parts[3]!, monthOf(parts[1]!), +parts[2]!, parts[0]);
  return undefined;
}

/** Orders that the date of a text may be in; empty where its form leaves no doubt. */
export function ordersOf(text: string): readonly DateOrder[] {
  const short = SHORT.exec(text);
  // A point between the numbers is used where the day comes first; the month is tried where no day fits.
  if (short !== null) return short[4]!.length === 4 ? ["dmy", "mdy"] : ["dmy", "mdy", "ymd"];
  const compact = COMPACT.exec(text);
  if (compact !== null) return +compact[3]! > 12 ? ["dmy", "mdy"] : [];
  return SIX_DIGITS.test(text) ? ["ymd", "dmy", "mdy"] : [];
}

/** Whether the numbers of a date stand between points, as where the day comes first: `26.01.2026`. */
export function hasPoints(text: string): boolean {
  const parts = SHORT.exec(text);
  return parts !== null && parts[2] === "." && parts[4]!.length === 4;
}

function ordered(
  [a, b, c]: readonly [number, number, number],
  order: DateOrder,
  text: string,
): FoundDate | undefined {
  if (order === "dmy") return dated(fullYear(c), b, a, text);
  if (order === "mdy") return dated(fullYear(c), a, b, text);
  return dated(fullYear(a), b, c, text);
}

/** `26` is 2026, and `99` 1999: no file of bars is of a day so far ahead. */
function fullYear(year: number): number {
  if (year >= 100) return year;
  return year < 70 ? 2_000 + year : 1_900 + year;
}

function dated(year: number, month: number, day: number, text: string): FoundDate | undefined {
  const isDate = year >= 1_000 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!isDate) return undefined;
  const midnight = Date.UTC(year, month - 1, day);
  if (day > 28 && new Date(midnight).getUTCDate() !== day) return undefined;
  return { midnight, length: text.length };
}

function isLetter(text: string): boolean {
  return text.charCodeAt(0) > 64;
}

function monthOf(name: string): number {
  const at = MONTHS.indexOf(name.slice(0, 3).toLowerCase());
  return at % 3 === 0 ? at / 3 + 1 : NaN;
}

const zones = new Map<string, number | string | null>();
/** Zone spellings cached: a file has one or two. */
const MAX_REMEMBERED = 256;

/** Null for text that names no zone. */
function zoneOf(text: string): number | string | undefined | null {
  if (text === "") return undefined;
  const known = zones.get(text);
  if (known !== undefined) return known;
  const zone = readZone(text);
  if (zones.size >= MAX_REMEMBERED) zones.clear();
  zones.set(text, zone);
  return zone;
}

function readZone(text: string): number | string | null {
  if (/^(?:Z|UTC|GMT)$/i.test(text)) return 0;
  const [, sign, hours, minutes = "00"] = OFFSET.exec(text) ?? [];
  if (sign !== undefined) {
    const distance = +hours! * HOUR + +minutes * 60_000;
    return distance > DAY ? null : sign === "-" ? -distance : distance;
  }
  return ianaZone(text) ?? null;
}
