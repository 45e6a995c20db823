/** Zone of the CME index futures. */
export const CHICAGO = "America/Chicago";

/**
 * Names that TWS gives to zones. They are the user's or the exchange's, of several decades: some are no
 * zone (`CTT`, which Java takes for China), some are a zone without summer time (`EST`).
 */
const ZONES: ReadonlyMap<string, string> = new Map(Object.entries({
  "ct": CHICAGO,
  "et": "America/New_York",
  "mt": "America/Denver",
  "pt": "America/Los_Angeles",
  "ctt": CHICAGO,
  "cst": CHICAGO,
  "cdt": CHICAGO,
  "cst6cdt": CHICAGO,
  "central standard time": CHICAGO,
  "est": "America/New_York",
  "edt": "America/New_York",
  "est5edt": "America/New_York",
  "eastern standard time": "America/New_York",
  "mst": "America/Denver",
  "mdt": "America/Denver",
  "mst7mdt": "America/Denver",
  "pst": "America/Los_Angeles",
  "pdt": "America/Los_Angeles",
  "pst8pdt": "America/Los_Angeles",
  "bst": "Europe/London",
  "gb-eire": "Europe/London",
  "british summer time": "Europe/London",
  "gmt": "Etc/UTC",
  "met": "Europe/Berlin",
  "cet": "Europe/Berlin",
  "jst": "Asia/Tokyo",
  "hkt": "Asia/Hong_Kong",
  "sgt": "Asia/Singapore",
  "ist": "Asia/Kolkata",
  "aest": "Australia/Sydney",
}));

/** Longer than any zone name. Limits the work on a corrupt message: a long text is slow to parse. */
const LONGEST_NAME = 100;

/**
 * The IANA zone behind a zone name of TWS (`US/Central`, `CST`, `EST (Eastern Standard Time)`), or
 * undefined for a name that is not known.
 *
 * @example
 * ```ts
 * import { ianaZone } from "./zone.ts";
 * import assert from "node:assert/strict";
 * assert.equal(ianaZone("CTT"), "America/Chicago");
 * assert.equal(ianaZone("EST (Eastern Standard Time)"), "America/New_York");
 * ```
 */
export function ianaZone(name: string): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const [, before = "", long = ""] = /^([^(]*)(?:\(([^)]*)\)\s*)?$/.exec(name) ?? [];
  const short = before.trim();
  const known = ZONES.get(short.toLowerCase()) ?? ZONES.get(long.toLowerCase());
  if (known !== undefined || short === "") return known;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(short).timeZoneId;
  } catch {
    return undefined;
  }
}

/** `20261218` as a date; undefined when there is no such day. */
export function parseDate(text: string): Temporal.PlainDate | undefined {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  try {
    return Temporal.PlainDate.from(`${year}-${month}-${day}`);
  } catch {
    return undefined;
  }
}

/** `20261218`. */
export function dateText(date: Temporal.PlainDate): string {
  return date.toString().replaceAll("-", "");
}

/** Epoch ms UTC of a wall-clock time in a zone; 24:00 is the next day's midnight. */
export function zonedTime(
  date: Temporal.PlainDate,
  { hour, minute = 0 }: { readonly hour: number; readonly minute?: number },
  timeZone: string,
): number {
  const day = hour === 24 ? date.add({ days: 1 }) : date;
  return day.toZonedDateTime({ timeZone, plainTime: { hour: hour % 24, minute } })
    .epochMilliseconds;
}
