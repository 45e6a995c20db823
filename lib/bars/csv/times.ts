import { DAY } from "../../model/time.ts";
import { WallClock } from "../wall_clock.ts";
import { type DateOrder, writtenTime } from "./date.ts";
import { settledStart } from "./repeated_start.ts";
import { digitsText, epochUnit, isSheetDay, mayBeDate } from "./number_time.ts";

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
/** Forms below are units since 1970. */
export const SHEET = 4;
const ZONED = 5;
/** Index of text without a zone. */
export const NAIVE = 6;

/** Times outside are rejected: no exchange has minutes from before, and no bar is from after. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);
const NUMBER = /^[+-]?\d+(?:[.,]\d*)?$/;
/** `1.76938E+12`. */
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e\+?\d+$/i;
/** Days from 1899-12-30, where spreadsheets begin, to 1970-01-01. */
const SPREADSHEET_DAYS = 25_569;

/** What must be known before the times of a file are read. */
export interface CsvTimesOptions {
  /** True where numbers are since 1970 for certain, and no days of a spreadsheet. */
  readonly isEpoch: boolean;
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
  /** False where the time read last is a date alone, or the midnight in a number. */
  hasClock = false;
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

  /** Times without a zone, as read, with the doubt about a repeated hour at their start settled. */
  settleStart(times: Float64Array): Float64Array {
    return this.#clock === undefined ? times : settledStart(times, this.#clock);
  }

  #read(text: string): number {
    this.reason = "is no time that is known here";
    this.hasClock = true;
    if (NUMBER.test(text)) return this.#ofNumber(text);
    if (SCIENTIFIC.test(text)) {
      this.reason = "has lost its last digits to a spreadsheet";
      return NaN;
    }
    return this.#ofText(text);
  }

  #ofNumber(text: string): number {
    const digits = digitsText(text);
    if (digits !== undefined) return this.#ofText(digits);
    if (mayBeDate(text)) {
      this.reason =
        "may be seconds since 1970 or the digits of a date: write it as 2026-01-31 12:00";
      return NaN;
    }
    const value = Number(text.replace(",", "."));
    const unit = epochUnit(value);
    if (unit !== undefined) {
      this.form = unit;
      const time = sinceEpoch(value, unit, text);
      this.hasClock = time % DAY !== 0;
      return time;
    }
    if (!this.#options.isEpoch && isSheetDay(Math.floor(value))) {
      this.form = SHEET;
      this.hasClock = value % 1 !== 0;
      return Math.round((value - SPREADSHEET_DAYS) * DAY / 1_000) * 1_000;
    }
    if (/^\d{6}$/.test(text)) {
      const time = this.#ofText(text);
      if (!Number.isNaN(time)) return time;
    }
    this.reason = reasonOfNumber(value);
    return NaN;
  }

  #ofText(text: string): number {
    const written = writtenTime(text, this.#options.order);
    if (written === undefined) return NaN;
    const { local, zone } = written;
    this.hasClock = written.hasClock;
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

function sinceEpoch(value: number, unit: 0 | 1 | 2 | 3, text: string): number {
  switch (unit) {
    case 0:
      return value;
    case 1:
      return Math.round(value * 1e3);
    case 2:
      return Math.floor(value / 1e3);
    case 3:
      // Nanoseconds have more digits than a number holds.
      return Math.floor(Number(text.split(/[.,]/, 1)[0]!.slice(0, -3)) / 1e3);
  }
}

/** Why a number is not taken for a time. */
function reasonOfNumber(value: number): string {
  if (value >= LATEST) return "is no time of a market";
  if (value < 0 || value > DAY || value % 1_000 !== 0) {
    return "is before 2000 in any unit since 1970, and is not taken for a time (counts since midnight need their " +
      "date in every row)";
  }
  return "is no date: milliseconds since midnight, as in files of QuantConnect LEAN (with the date in the file's " +
    "name), need their date in every row";
}
