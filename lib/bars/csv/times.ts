import { MarketError } from "../../model/errors.ts";
import { DAY, MINUTE } from "../../model/time.ts";
import { type DateOrder, openDate, writtenTime } from "./date.ts";
import { WallClock } from "../wall_clock.ts";

/** The forms in which files write times, as named in messages. */
export const TIME_FORMS = [
  "epoch ms",
  "epoch seconds",
  "epoch microseconds",
  "epoch nanoseconds",
  "day numbers of a spreadsheet",
  "text with a zone",
  "text without a zone",
] as const;
const ZONED = 5;
/** Index of text without a zone. */
export const NAIVE = 6;

/** Times outside are rejected: no exchange has minutes from before, and no bar is from after. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);
const NUMBER = /^[+-]?\d+(?:\.\d*)?$/;
/** `1.76938E+12`. */
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e\+?\d+$/i;
/** Days from 1899-12-30, where spreadsheets begin, to 1970-01-01. */
const SPREADSHEET_DAYS = 25_569;

/** What must be known before the times of a file are read. */
export interface CsvTimesOptions {
  /** True where the column says by its name that it holds epoch ms. */
  readonly isEpochMs: boolean;
  /** IANA zone of the times that do not say theirs. @default UTC */
  readonly zone?: string | undefined;
  readonly order: DateOrder;
}

/** Reads the times of a file. Details of the last time are fields, not an object per time: files have millions. */
export class CsvTimes {
  readonly #options: CsvTimesOptions;
  readonly #clock: WallClock | undefined;
  readonly #zones = new Map<string, WallClock>();
  /** Index in {@link TIME_FORMS} of the time read last. */
  form = 0;
  /** Why the last text read is not a time. */
  reason = "";

  constructor(options: CsvTimesOptions) {
    this.#options = options;
    this.#clock = options.zone === undefined ? undefined : new WallClock(options.zone);
  }

  /** Epoch ms UTC; NaN for text that is not a time. */
  read(text: string): number {
    const time = this.#read(text);
    if (Number.isNaN(time) || (time >= EARLIEST && time < LATEST)) return time;
    this.reason = "is no time of a market";
    return NaN;
  }

  #read(text: string): number {
    this.reason = "is no time that is known here";
    if (NUMBER.test(text)) return this.#ofNumber(text);
    if (SCIENTIFIC.test(text)) {
      this.reason = "has lost its last digits to a spreadsheet";
      return NaN;
    }
    return this.#ofText(text);
  }

  #ofNumber(text: string): number {
    if (!this.#options.isEpochMs) {
      const digits = dateDigits(text);
      if (digits !== undefined) return this.#ofText(digits);
    }
    const value = Number(text), size = Math.abs(value);
    const isDay = size >= 20_000 && size < 80_000 && !this.#options.isEpochMs;
    this.form = isDay
      ? 4
      : size < 1e8
      ? 0
      : size < 1e11
      ? 1
      : size < 1e14
      ? 0
      : size < 1e17
      ? 2
      : 3;
    switch (this.form) {
      case 1:
        return Math.round(value * 1e3);
      case 2:
        return Math.floor(value / 1e3);
      case 3:
        // Nanoseconds have more digits than a number holds.
        return Math.floor(Number(text.slice(0, -3)) / 1e3);
      case 4:
        return Math.round((value - SPREADSHEET_DAYS) * DAY / 1_000) * 1_000;
    }
    return value;
  }

  #ofText(text: string): number {
    const written = writtenTime(text, this.#options.order);
    if (written === undefined) return NaN;
    const { local, zone } = written;
    this.form = zone === undefined ? NAIVE : ZONED;
    if (typeof zone === "number") return local - zone;
    const clock = zone === undefined ? this.#clock : this.#clockOf(zone);
    if (clock === undefined) return local;
    this.reason = `does not exist in ${zone ?? this.#options.zone}: its clocks leap over it`;
    return clock.utcOf(local);
  }

  #clockOf(zone: string): WallClock {
    let clock = this.#zones.get(zone);
    if (clock === undefined) this.#zones.set(zone, clock = new WallClock(zone));
    return clock;
  }
}

/** `20260126`, `202601261800`, `20260126180000` as a date with its time; undefined for other numbers. */
function dateDigits(text: string): string | undefined {
  const [, date, clock, seconds = "00"] = /^((?:19|20)\d{6})(?:(\d{4})(\d{2})?)?$/.exec(text) ?? [];
  if (date === undefined) return undefined;
  const digits = clock === undefined ? date : `${date} ${clock}${seconds}`;
  return writtenTime(digits, "day") === undefined ? undefined : digits;
}

/**
 * Whether the day or the month comes first in dates such as `02/03/2026`, by the dates that can be read in only one
 * way, otherwise by which reading makes the file span the shorter time.
 *
 * @param cells every time of the file.
 * @returns undefined where no date is of that kind.
 * @throws {MarketError} `bars-file` when neither decides.
 */
export function dateOrderOf(cells: Iterable<string>, file: string): DateOrder | undefined {
  let day = 0, month = 0, example: string | undefined;
  const spans = { day: new Span(), month: new Span() };
  for (const cell of cells) {
    const open = openDate(cell);
    if (open === undefined) continue;
    example ??= cell;
    if (open[0] > 12) day++;
    if (open[1] > 12) month++;
    spans.day.add(cell, "day");
    spans.month.add(cell, "month");
  }
  if (example === undefined) return undefined;
  if (day !== month) return day > month ? "day" : "month";
  const [byDay, byMonth] = [spans.day.length, spans.month.length];
  if (byDay > 2 * byMonth) return "month";
  if (byMonth > 2 * byDay) return "day";
  throw new MarketError(
    "bars-file",
    "configure",
    `${file} cannot be read as bars: ${example} may begin with the day or the month, and no other date shows which. ` +
      "Write the dates as 2026-01-31.",
  );
}

class Span {
  #from = Infinity;
  #to = -Infinity;

  get length(): number {
    return this.#to - this.#from + MINUTE;
  }

  add(cell: string, order: DateOrder): void {
    const local = writtenTime(cell, order)?.local;
    if (local === undefined) return;
    this.#from = Math.min(this.#from, local);
    this.#to = Math.max(this.#to, local);
  }
}
