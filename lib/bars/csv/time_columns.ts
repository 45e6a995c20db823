import { bareName, timeName } from "./column_names.ts";
import { type ClockDigits, clockDigitsOf, clockText } from "./clock_digits.ts";
import { writtenTime } from "./date.ts";
import { readable } from "./readable.ts";
import { isHalfDay, timeOfDay } from "./time_of_day.ts";
import { digitsText, isEpochNumber, isSheetDay } from "./number_time.ts";

/** Which columns make up the time of a bar. */
export interface TimeColumns {
  /** The whole time, or its date; the year of a date in three columns. */
  readonly time: number;
  /** Columns of month and day of a date in three columns. */
  readonly monthAndDay?: readonly [month: number, day: number] | undefined;
  /** The time of day, where it is apart from the date. */
  readonly clock?: number | undefined;
  /** The minute, where the time of day is in columns of hours and minutes. */
  readonly minute?: number | undefined;
  /** AM or PM, where it is apart from the time of day. */
  readonly half?: number | undefined;
  /** True where the column's name says that it is the end of the bar. */
  readonly isEnd?: boolean;
}

/** What the cells of a column look like. */
type CellKind = "full" | "midnight" | "date" | "clock" | "digits" | "half" | "other" | "empty";

/** Cells inspected in each column. */
const SAMPLE_ROWS = 40;

/**
 * Finds the columns of the time by their names and by what is in them.
 *
 * @param names as written; empty where the file has none.
 * @param rows the first rows of bars.
 * @param prices columns that are something else.
 * @returns columns; why there are none that are understood, as a part of a sentence; or undefined where no column
 * is one of a time.
 */
export function timeColumns(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  prices: readonly number[] = [],
): TimeColumns | string | undefined {
  const columns = names.map((name, at) => {
    const bare = bareName(name);
    const kind = kindOfColumn(rows.slice(0, SAMPLE_ROWS).map((cells) => cells[at] ?? ""));
    return { at, name, bare, kind, ...timeName(bare) };
  }).filter(({ at }) => !prices.includes(at));
  const named = columns.filter(({ rank }) => rank !== undefined)
    .sort((a, b) => a.rank! - b.rank! || a.at - b.at);
  const clocks = columns.filter((one) =>
    one.kind === "clock" || (one.isClock && one.kind === "digits")
  );
  // Daily bars open at midnight in every row.
  const full =
    named.find(({ kind, isOpen }) => isOpen && (kind === "full" || kind === "midnight")) ??
      named.find(({ kind, isEnd }) => kind === "full" && !isEnd);
  if (full !== undefined) return { time: full.at };
  const apart = datesApart(columns);
  if (apart !== undefined) {
    const clock = clocks.find((one) => one.isClock && one.bare !== "minute");
    return { ...apart, clock: clock?.at, minute: clock && minuteOf(clock, columns) };
  }
  const isDate = ({ kind, isDate }: typeof columns[number]) =>
    kind === "date" || kind === "midnight" || (isDate && kind === "digits");
  const date = named.find((one) => isDate(one) && !one.isEnd) ??
    only(columns, ({ kind }) => kind === "date");
  if (date !== undefined) {
    const clock = clocks.find((one) => one.at !== date.at && one.isClock) ??
      clocks.find((one) => one.at !== date.at);
    if (clock !== undefined) {
      const half = columns.find(({ kind }) => kind === "half")?.at;
      const minute = minuteOf(clock, columns);
      return { time: date.at, clock: clock.at, minute, half };
    }
    const other = columns.find((one) =>
      one.isClock && !one.isDate && one.kind === "other" && one.at !== date.at
    );
    if (other !== undefined) {
      const example = rows.map((cells) => cells[other.at] ?? "").find((cell) => cell !== "") ?? "";
      return `column ${readable(other.name)} beside ${readable(date.name)} holds "${
        readable(example)
      }", which is no time of day that is known here`;
    }
    return { time: date.at };
  }
  const end = named.find(({ kind, isEnd }) => isEnd && kind === "full");
  if (end !== undefined) return { time: end.at, isEnd: true };
  const clock = named.find(({ kind }) => kind === "clock");
  if (clock !== undefined) {
    return `column ${
      readable(clock.name)
    } holds times of day alone, and no column holds their date`;
  }
  const unnamed = only(columns, ({ kind, rank }) => kind === "full" && rank === undefined);
  if (unnamed !== undefined) return { time: unnamed.at };
  const first = named.find(({ isEnd }) => !isEnd);
  return first === undefined ? undefined : { time: first.at };
}

interface NamedColumn {
  readonly at: number;
  readonly bare: string;
  readonly kind: CellKind;
  readonly isHour: boolean;
}

/** The column of minutes beside one of hours. */
function minuteOf(clock: NamedColumn, columns: readonly NamedColumn[]): number | undefined {
  if (!clock.isHour || clock.kind !== "digits") return undefined;
  return columns.find(({ bare, kind }) => /^min(?:ute)?$/.test(bare) && kind === "digits")?.at;
}

/** Columns of the year, the month and the day. */
function datesApart(columns: readonly NamedColumn[]): TimeColumns | undefined {
  const [year, month, day] = ["year", "month", "day"].map((name) =>
    columns.find(({ bare, kind }) => bare === name && kind === "digits")?.at
  );
  return year === undefined || month === undefined || day === undefined
    ? undefined
    : { time: year, monthAndDay: [month, day] };
}

function only<T>(all: readonly T[], fits: (one: T) => boolean): T | undefined {
  const found = all.filter(fits);
  return found.length === 1 ? found[0] : undefined;
}

function kindOfColumn(cells: readonly string[]): CellKind {
  const counts = new Map<CellKind, number>();
  for (const cell of cells) {
    const kind = kindOf(cell);
    if (kind !== "empty") counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  // The midnights in a column of times are times as well.
  const full = counts.get("full") ?? 0;
  if (full > 0) counts.set("full", full + (counts.get("midnight") ?? 0));
  let most: CellKind = "empty", count = 0;
  for (const [kind, times] of counts) if (times > count) [most, count] = [kind, times];
  return most;
}

/** What a cell looks like by itself. */
export function kindOf(cell: string): CellKind {
  if (cell === "") return "empty";
  if (/^\d+(?:[.,]\d*)?$/.test(cell)) {
    const text = digitsText(cell);
    if (text !== undefined) return text.includes(" ") ? "full" : "date";
    if (isEpochNumber(cell)) return "full";
    if (!/^\d{5}(?:[.,]|$)/.test(cell) || !isSheetDay(Number(cell.slice(0, 5)))) return "digits";
    return /[.,]\d/.test(cell) ? "full" : "digits";
  }
  if (isHalfDay(cell)) return "half";
  const clock = timeOfDay(cell);
  if (clock !== undefined && clock.rest === "") return "clock";
  for (const order of ["dmy", "mdy", "ymd"] as const) {
    const written = writtenTime(cell, order);
    if (written === undefined) continue;
    if (!written.hasClock) return "date";
    return written.local % 86_400_000 === 0 ? "midnight" : "full";
  }
  return "other";
}

const DIGITS = /^\d+$|^[01]?[.,]\d*$/;

/** Reads the text of the time of each row. */
export class TimeText {
  readonly #columns: TimeColumns;
  readonly #digits: ClockDigits | undefined;
  /** Why the times of day of the file are not understood. */
  readonly trouble: string | undefined;

  /** @param rows every row of the file; read only where the times of day are in digits. */
  constructor(
    columns: TimeColumns,
    names: readonly string[],
    sample: readonly (readonly string[])[],
    rows: () => Iterable<readonly string[]>,
  ) {
    this.#columns = columns;
    const { clock } = columns;
    if (clock === undefined || !sample.some((cells) => DIGITS.test(cells[clock] ?? ""))) return;
    // `09.30` has its mark.
    if (sample.every((cells) => /^(?:\d{1,2}\.\d{2})?$/.test(cells[clock] ?? ""))) return;
    const { isHour } = timeName(bareName(names[clock] ?? ""));
    this.#digits = clockDigitsOf(cellsAt(rows(), clock), isHour);
    if (this.#digits !== undefined) return;
    const example = sample.map((cells) => cells[clock] ?? "").find((cell) => /\d/.test(cell)) ?? "";
    this.trouble = `the digits in column ${
      readable(names[clock] || `${clock + 1}`)
    }, such as ${example}, are no times of day in any form that fits every row`;
  }

  /** How times of day in digits are read; undefined where there are none. */
  get digits(): ClockDigits | undefined {
    return this.#digits;
  }

  /** The time of a row as one text. */
  of(cells: readonly string[]): string {
    const { time, monthAndDay, clock, minute, half } = this.#columns;
    const date = [time, ...monthAndDay ?? []].map((at) => cells[at] ?? "").join("-");
    if (clock === undefined) return date;
    const written = cells[clock] ?? "";
    // An empty cell of the time of day must not pass for midnight.
    if (written === "") return `${date} -`;
    const text = minute !== undefined
      ? `${written}:${(cells[minute] ?? "").padStart(2, "0")}`
      : this.#digits === undefined
      ? written
      : clockText(written, this.#digits);
    const halfText = half === undefined ? "" : ` ${cells[half] ?? ""}`;
    return `${dateText(date)} ${text}${halfText}`;
  }
}

const LONGEST_DATE = 40;

/** A date to be joined with a time of day: without the midnight and the spreadsheet's number it may carry. */
function dateText(cell: string): string {
  if (/^\d{5}(?:[.,]0*)?$/.test(cell) && isSheetDay(Number(cell.slice(0, 5)))) {
    return new Date((Number(cell.slice(0, 5)) - 25_569) * 86_400_000).toISOString().slice(0, 10);
  }
  if (cell.length > LONGEST_DATE) return cell;
  // EasyLanguage counts years from 1900: 1251101.
  if (/^1\d{6}$/.test(cell)) return `20${cell.slice(1)}`;
  return cell.replace(/[T\s]+(?:0?0:00|12:00(?::00)?\s*AM)(?::00(?:\.0+)?)?$/i, "");
}

function* cellsAt(rows: Iterable<readonly string[]>, at: number): Generator<string> {
  for (const cells of rows) yield cells[at] ?? "";
}
