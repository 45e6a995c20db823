import { HOUR, MINUTE } from "../../model/time.ts";

/** How a column of times of day is written in digits alone. */
export type ClockDigits =
  | "HHMM"
  | "HHMMSS"
  | "HHMMSSmmm"
  | "hours"
  | "minutes since midnight"
  | "seconds since midnight"
  | "milliseconds since midnight"
  | "parts of a day";

const WHOLE = /^\d{1,9}$/;
const PART = /^(?:0?[.,]\d+|[01](?:[.,]0*)?)$/;
/** Spreadsheets write parts of a day with as many digits as they have: `0.5` alone is none of a minute. */
const MINUTES_A_DAY = 1_440;

/**
 * The form of a column of times of day in digits: the shortest in which every one of them exists, for spreadsheets
 * drop leading zeros and `500` may be 05:00 or 00:05:00.
 *
 * @param cells those of the whole column.
 * @returns undefined where they fit no form.
 */
export function clockDigitsOf(cells: Iterable<string>, isHour: boolean): ClockDigits | undefined {
  let longest = 0, largest = 0, wholes = 0, parts = 0;
  let isHhmm = true, isHhmmss = true, isThousandths = true;
  for (const cell of cells) {
    if (PART.test(cell)) parts++;
    if (!WHOLE.test(cell)) continue;
    wholes++;
    const value = Number(cell);
    longest = Math.max(longest, cell.length);
    largest = Math.max(largest, value);
    isHhmm &&= isClock(Math.floor(value / 100), value % 100, 0);
    const seconds = Math.floor(value / 1_000);
    isHhmmss &&= isSixDigits(value);
    isThousandths &&= isSixDigits(seconds);
  }
  if (parts > 0 && parts >= wholes && longest <= 1) return "parts of a day";
  if (wholes === 0) return undefined;
  if (isHour && largest <= 24) return "hours";
  if (longest <= 4) {
    return isHhmm
      ? "HHMM"
      : largest <= MINUTES_A_DAY
      ? "minutes since midnight"
      : isHhmmss
      ? "HHMMSS"
      : undefined;
  }
  if (longest <= 6) {
    if (isHhmmss) return "HHMMSS";
    return largest <= 86_400 ? "seconds since midnight" : undefined;
  }
  if (isThousandths) return "HHMMSSmmm";
  return largest <= 86_400_000 ? "milliseconds since midnight" : undefined;
}

/** A cell of such a column as `09:30:00.000`; unchanged where it is not in that form. */
export function clockText(cell: string, form: ClockDigits): string {
  if (form === "parts of a day") {
    if (!PART.test(cell)) return cell;
    return textOf(Math.round(Number(cell.replace(",", ".")) * 86_400) * 1_000);
  }
  if (!WHOLE.test(cell)) return cell;
  const value = Number(cell);
  switch (form) {
    case "hours":
      return textOf(value * HOUR);
    case "HHMM":
      return colons(value * 100_000);
    case "HHMMSS":
      return colons(value * 1_000);
    case "HHMMSSmmm":
      return colons(value);
    case "minutes since midnight":
      return textOf(value * MINUTE);
    case "seconds since midnight":
      return textOf(value * 1_000);
    case "milliseconds since midnight":
      return textOf(value);
  }
}

function isSixDigits(value: number): boolean {
  return isClock(Math.floor(value / 10_000), Math.floor(value / 100) % 100, value % 100);
}

function isClock(hour: number, minute: number, second: number): boolean {
  return minute < 60 && second < 60 && (hour < 24 || (hour === 24 && minute + second === 0));
}

/** `093000000` with its marks. */
function colons(digits: number): string {
  const text = `${digits}`.padStart(9, "0");
  return `${text.slice(0, 2)}:${text.slice(2, 4)}:${text.slice(4, 6)}.${text.slice(6)}`;
}

function textOf(ms: number): string {
  const two = (value: number) => `${Math.floor(value)}`.padStart(2, "0");
  const rest = `${Math.round(ms % 1_000)}`.padStart(3, "0");
  return `${two(ms / HOUR)}:${two(ms / MINUTE % 60)}:${two(ms / 1_000 % 60)}.${rest}`;
}
