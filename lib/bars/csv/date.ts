import { ianaZone } from "../../calendar/zone.ts";
import { DAY, HOUR, MINUTE } from "../../model/time.ts";

/** Which comes first in `02/03/2026`. */
export type DateOrder = "day" | "month";

/** A date and a time of day as written. */
export interface WrittenTime {
  /** The wall clock as if it were UTC, epoch ms. */
  readonly local: number;
  /** Distance of its zone from UTC, ms; an IANA zone; undefined where none is written. */
  readonly zone: number | string | undefined;
}

const CLOCK = String
  .raw`(?:(?:T|[,\s]\s*)(\d{1,2})(?::?(\d{2}))(?::?(\d{2})(?:[.,](\d+))?)?\s*(am|pm)?)?\s*(.*)$`;
const pattern = (date: string) => new RegExp(`^${date}${CLOCK}`, "i");
/** `2026-01-26 18:00`, `2026.01.26 18:00:00`, `2026/1/26`. */
const YEAR_FIRST = pattern(String.raw`(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})`);
/** `20260126 18:00:00`, `20260126 180000`. */
const COMPACT = pattern(String.raw`(\d{4})(\d{2})(\d{2})`);
/** `26.01.2026 18:00`, `01/26/2026 6:00 PM`. */
const YEAR_LAST = pattern(String.raw`(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)`);
/** `26-Jan-2026`, `26 January 2026`. */
const DAY_NAMED = pattern(String.raw`(\d{1,2})[-\s]([a-z]{3,9})[-\s,]+(\d{4})`);
/** `Jan 26, 2026`. */
const MONTH_NAMED = pattern(String.raw`([a-z]{3,9})\s+(\d{1,2}),?\s+(\d{4})`);
const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
const OFFSET = /^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?(?:\s*[[(].*[\])])?$/i;
const LONGEST = 80;

/**
 * Reads a date with its time of day and its zone, in the forms that exports use. Undefined for other text,
 * and for days and times that do not exist.
 */
export function writtenTime(text: string, order: DateOrder): WrittenTime | undefined {
  if (text.length > LONGEST) return undefined;
  let parts = YEAR_FIRST.exec(text) ?? COMPACT.exec(text);
  if (parts !== null) return timeOf(+parts[1]!, +parts[2]!, +parts[3]!, parts, 4);
  parts = YEAR_LAST.exec(text);
  if (parts !== null) {
    const [first, second] = [+parts[1]!, +parts[3]!];
    const isDayFirst = parts[2] === "." || order === "day";
    const year = parts[4]!.length === 2 ? 2000 + +parts[4]! : +parts[4]!;
    const [month, day] = isDayFirst ? [second, first] : [first, second];
    return timeOf(year, month, day, parts, 5);
  }
  parts = DAY_NAMED.exec(text);
  if (parts !== null) return timeOf(+parts[3]!, monthOf(parts[2]!), +parts[1]!, parts, 4);
  parts = MONTH_NAMED.exec(text);
  if (parts !== null) return timeOf(+parts[3]!, monthOf(parts[1]!), +parts[2]!, parts, 4);
  return undefined;
}

/** Day and month of `02/03/2026` as they stand; undefined for dates in any other form. */
export function openDate(text: string): readonly [first: number, second: number] | undefined {
  const parts = YEAR_LAST.exec(text);
  return parts === null || parts[2] === "." ? undefined : [+parts[1]!, +parts[3]!];
}

function monthOf(name: string): number {
  const at = MONTHS.indexOf(name.slice(0, 3).toLowerCase());
  return at % 3 === 0 ? at / 3 + 1 : NaN;
}

function timeOf(
  year: number,
  month: number,
  day: number,
  parts: RegExpExecArray,
  at: number,
): WrittenTime | undefined {
  const half = parts[at + 4]?.toLowerCase();
  const writtenHour = +(parts[at] ?? 0);
  const hour = half === undefined ? writtenHour : writtenHour % 12 + (half === "pm" ? 12 : 0);
  const minute = +(parts[at + 1] ?? 0), second = +(parts[at + 2] ?? 0);
  const fraction = parts[at + 3];
  const isClock = minute < 60 && second < 60 &&
    (hour < 24 || (hour === 24 && minute === 0 && second === 0)) &&
    (half === undefined || (writtenHour >= 1 && writtenHour <= 12));
  const midnight = Date.UTC(year, month - 1, day);
  const isDate = month >= 1 && month <= 12 && day >= 1 &&
    (day <= 28 || new Date(midnight).getUTCDate() === day);
  if (!isClock || !isDate) return undefined;
  const zone = zoneOf(parts[at + 5]!);
  if (zone === null) return undefined;
  const millis = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000 + 1e-6);
  return { local: midnight + hour * HOUR + minute * MINUTE + second * 1_000 + millis, zone };
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
    const distance = +hours! * HOUR + +minutes * MINUTE;
    return distance > DAY ? null : sign === "-" ? -distance : distance;
  }
  return ianaZone(text) ?? null;
}
