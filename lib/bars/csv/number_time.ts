import { writtenTime } from "./date.ts";

/** Units of the time since 1970 by the size of a number from 2000 to 2200; sizes of two units never meet. */
const UNITS = [
  { form: 0, perMs: 1 },
  { form: 1, perMs: 1e-3 },
  { form: 2, perMs: 1e3 },
  { form: 3, perMs: 1e6 },
] as const;
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

/** The unit of a number since 1970, as an index in `TIME_FORMS`; undefined for numbers that are no time since 2000. */
export function epochUnit(value: number): 0 | 1 | 2 | 3 | undefined {
  for (const { form, perMs } of UNITS) {
    if (value >= EARLIEST * perMs && value < LATEST * perMs) return form;
  }
  return undefined;
}

/** Whether a text of digits is a time since 1970, from 2000 on. */
export function isEpochNumber(text: string): boolean {
  return epochUnit(Number(text.replace(",", "."))) !== undefined;
}

/**
 * `YYYYMMDD`, then hours and minutes, seconds, and any digits of a second: with two of them as long as microseconds since
 * 1970, with five as nanoseconds, which begin so from 2033 on.
 */
const DATE_DIGITS = /^((?:19|20)\d{6})(?:(\d{4})(?:(\d{2})(\d{1,9})?)?)?$/;

/**
 * `20260126`, `202601261800`, `20260126180000`, `20260126180000000` as a date with its time of day; undefined for
 * other numbers.
 */
export function digitsText(text: string): string | undefined {
  const [, date, clock, seconds = "00", fraction] = DATE_DIGITS.exec(text) ?? [];
  if (date === undefined) return undefined;
  const rest = fraction === undefined ? "" : `.${fraction}`;
  const digits = clock === undefined ? date : `${date} ${clock}${seconds}${rest}`;
  return writtenTime(digits, "ymd") === undefined ? undefined : digits;
}

/** Whether ten digits may be a date as well: `2511011200`, `2025110112`. */
export function mayBeDate(text: string): boolean {
  const short = /^\d{10}$/.test(text) && Number(text) >= 2e9;
  if (!short) return false;
  const asHours = `${text.slice(0, 8)} ${text.slice(8)}00`;
  const asMinutes = `20${text.slice(0, 6)} ${text.slice(6)}`;
  return [asHours, asMinutes].some((one) => writtenTime(one, "ymd") !== undefined);
}

/** Whether a whole number may be a day of a spreadsheet, from 2000 to 2050. */
export function isSheetDay(day: number): boolean {
  return day >= 36_526 && day < 54_789;
}
