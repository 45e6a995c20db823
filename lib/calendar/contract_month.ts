import { CHICAGO, dateText, ianaZone, parseDate, zonedTime } from "./zone.ts";

const MONTH_CODES = "FGHJKMNQUVXZ";

/** The letter of a delivery month: 3 → `H`, 6 → `M`, 9 → `U`, 12 → `Z`. @throws {RangeError} */
export function monthCode(month: number): string {
  const code = Number.isInteger(month) ? MONTH_CODES[month - 1] : undefined;
  if (code === undefined) throw new RangeError(`month must be from 1 to 12, got ${month}`);
  return code;
}

/** Local symbol of a contract month: `ES`, `202612` → `ESZ6`. @throws {RangeError} for no month. */
export function contractSymbol(root: string, contractMonth: string): string {
  const { year, month } = parseContractMonth(contractMonth);
  return `${root}${monthCode(month)}${year % 10}`;
}

/** `202612` as a month. @throws {RangeError} for no month. */
export function parseContractMonth(contractMonth: string): Temporal.PlainYearMonth {
  const [, year, month] = /^(\d{4})(0[1-9]|1[0-2])$/.exec(contractMonth) ?? [];
  if (year === undefined) {
    throw new RangeError(`contractMonth must be YYYYMM, got ${contractMonth}`);
  }
  return new Temporal.PlainYearMonth(Number(year), Number(month));
}

/** A month as `202612`. */
export function formatContractMonth(month: Temporal.PlainYearMonth): string {
  return month.toString().replace("-", "");
}

/**
 * The last trade date `YYYYMMDD` behind the forms TWS gives it in: `20261218`,
 * `20261218 08:30 US/Central`, `20261218-17:10:00`. With a time and a zone (which may be the login's, so
 * that the date is a day late) the date is Chicago's. Undefined when there is none.
 *
 * @example
 * ```ts
 * import { normalizeExpiry } from "./contract_month.ts";
 * import assert from "node:assert/strict";
 * assert.equal(normalizeExpiry("20261218 08:30 US/Central"), "20261218");
 * assert.equal(normalizeExpiry("20261219 01:30:00 Australia/Sydney"), "20261218");
 * ```
 */
export function normalizeExpiry(raw: string): string | undefined {
  const form = /^(\d{8})(?:[ -]+(\d{2}):(\d{2})(?::\d{2})?(?:\s+(\S.*))?)?$/;
  const [, text = "", hour = "", minute = "", zoneName = ""] = form.exec(raw.trim()) ?? [];
  const date = parseDate(text);
  if (date === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined;
  const zone = ianaZone(zoneName);
  // Midnight means "no time given".
  if (zone === undefined || Number(hour) + Number(minute) === 0) return text;
  const time = zonedTime(date, { hour: Number(hour), minute: Number(minute) }, zone);
  const chicago = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(CHICAGO);
  return dateText(chicago.toPlainDate());
}
