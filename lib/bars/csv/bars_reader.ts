import { counted } from "../../model/counted.ts";
import { DAY, formatUtc } from "../../model/time.ts";
import { csvCells } from "./cells.ts";
import { bareName, isEpochName } from "./column_names.ts";
import type { CsvLayout } from "./csv_columns.ts";
import { type DateOrder, ordersOf } from "./date.ts";
import { dateOrderOf } from "./date_order.ts";
import { barLength, openTimesOf } from "./end_stamps.ts";
import { isRemark } from "./footer.ts";
import { Growing } from "./growing.ts";
import { unreadable } from "./layout.ts";
import { CsvLines } from "./lines.ts";
import { isMissing } from "./missing_words.ts";
import { layoutNotes } from "./notes.ts";
import { type CsvNumbers, csvNumbers, readVolume } from "./numbers.ts";
import { readable } from "./readable.ts";
import { TimeText } from "./time_columns.ts";
import { CsvTimes, NAIVE, SHEET, TIME_FORMS } from "./times.ts";
import { TradingDays } from "./trading_days.ts";
import { isCloseFirst } from "./unnamed_closes.ts";
import type { ReportColumns } from "../report/report_rows.ts";
import type { RowFault } from "../report/row_fault.ts";
import { isStray, usualTimes } from "./stray_times.ts";

/** A file of bars as read, faults included. */
export interface BarsFile {
  /** Rows in the order of the file. What cannot be read is NaN, with the reason in `unread`. */
  readonly columns: ReportColumns;
  /** Column the times were read from. */
  readonly timeColumn: string;
  /** True when some time had no zone: it was read in the zone given, or as UTC. */
  readonly isZoneAssumed: boolean;
  /** The zone given for such times. */
  readonly zone: string | undefined;
  /** True where the times are those of the end of their bars by the column's name, and were left so. */
  readonly isEndStamped: boolean;
  /** What was inferred to read it, each a sentence without its full stop: `the times are epoch seconds`. */
  readonly notes: readonly string[];
}

/** Lines sampled to infer the number format and the volume column. */
const SAMPLE_LINES = 200;
/** Reasons kept for each kind; further ones would never be shown. */
const MAX_REASONS = 100;
const PRICES = ["open", "high", "low", "close"] as const;

/** How a file is read, beyond what its layout shows. */
export interface BarsReading {
  /** Name of the file, for messages. */
  readonly file: string;
  readonly zone: string | undefined;
  /** Order of the numbers in its dates. */
  readonly dates: DateOrder | undefined;
  /** Prices are so many times what they are. */
  readonly scale: number | undefined;
  /** Whether times are of the open or of the end of their bars. */
  readonly stamp: "open" | "close" | undefined;
}

/** Days this far apart, all of them, are seconds of a minute. */
const SECONDS = 60;
/** Files joined into one, and their fewest rows: a row or two in another unit are damage. */
const MAX_BLOCKS = 24;
const MIN_BLOCK = 20;
/** Remarks below the last bar that are passed over; more lines of text are damage. */
const MAX_REMARKS = 5;

/** One reading of a file of bars whose layout is known. */
export class BarsReader {
  readonly #text: string;
  readonly #layout: CsvLayout;
  readonly #times: CsvTimes;
  readonly #numbers: CsvNumbers;
  readonly #volume: number | undefined;
  readonly #notes: readonly string[];
  readonly #reading: BarsReading;
  readonly #timeText: TimeText;
  readonly #columns = {
    openTime: new Growing(),
    open: new Growing(),
    high: new Growing(),
    low: new Growing(),
    close: new Growing(),
    volume: new Growing(),
    trades: new Growing(),
    vwap: new Growing(),
    line: new Growing(),
  };
  readonly #contracts: string[] = [];
  readonly #unread = new Map<number, RowFault>();
  readonly #reasons: Record<RowFault["kind"], number> = {
    line: 0,
    time: 0,
    mixed: 0,
    price: 0,
    range: 0,
    volume: 0,
  };
  /** Rows at which the form of the times changes. */
  readonly #forms: { readonly from: number; readonly form: number }[] = [];
  readonly #changes: string[] = [];
  readonly #rowsOfForm = new Array<number>(TIME_FORMS.length).fill(0);

  readonly #days = new TradingDays();
  /** Minutes whose prices are all missing: their lines have no bar. */
  #missing = 0;
  /** Whether any time has a time of day. */
  #hasClock = false;
  /** Whether any day of a spreadsheet has a time of day. */
  #hasPartDays = false;
  #remarks: { readonly cells: string[]; readonly line: string; readonly number: number }[] = [];

  constructor(text: string, layout: CsvLayout, reading: BarsReading) {
    this.#text = text;
    this.#reading = reading;
    this.#layout = layout;
    const { names, time } = layout;
    const sample = [...this.#cells(SAMPLE_LINES)];
    const prices = sample.flatMap((cells) => PRICES.map((name) => cells[layout[name]] ?? ""));
    this.#numbers = csvNumbers(prices, layout.delimiter === ",");
    this.#volume = this.#volumeOf(sample);
    this.#timeText = new TimeText(time, names, sample, () => this.#cells(Infinity));
    if (this.#timeText.trouble !== undefined) {
      throw unreadable(this.#timeText.trouble, reading.file);
    }
    const column = names[time.time] ?? "";
    const isOpen = sample.some((cells) => ordersOf(this.#timeText.of(cells)).length > 0);
    const order = !isOpen
      ? undefined
      : reading.dates ?? dateOrderOf(this.#timeCells(), { file: reading.file, column });
    const isEpoch = names.length === 0 || isEpochName(bareName(column));
    this.#times = new CsvTimes({ isEpoch, zone: reading.zone, order: order ?? "dmy" });
    const { hasDecimalComma } = this.#numbers;
    const { digits } = this.#timeText;
    this.#notes = layoutNotes(layout, { hasDecimalComma, order, volume: this.#volume, digits });
  }

  /** @throws {MarketError} `bars-file` where the times as a whole are not understood. */
  read(): BarsFile {
    const lines = new CsvLines(this.#text);
    const { firstLine, delimiter } = this.#layout;
    for (let line = lines.next(); line !== undefined; line = lines.next()) {
      if (lines.number < firstLine) continue;
      const cells = csvCells(line, delimiter);
      if (cells.every((cell) => cell === "")) continue;
      if (isRemark(cells) && this.#remarks.length < MAX_REMARKS) {
        this.#remarks.push({ cells, line, number: lines.number });
        continue;
      }
      // Only what stands below the last bar is a remark.
      for (const { cells, line, number } of this.#remarks) this.#take(cells, line, number, false);
      this.#remarks = [];
      this.#take(cells, line, lines.number, lines.isCutOff);
    }
    const form = this.#faultForms();
    this.#faultStrays();
    this.#assertTimes(form);
    const { line, trades, vwap, volume } = this.#columns;
    const { names, time, contract } = this.#layout;
    const { zone, stamp } = this.#reading;
    const unit = form > 0 && form <= SHEET ? [`the times are ${TIME_FORMS[form]}`] : [];
    const isZoneAssumed = this.#rowsOfForm[NAIVE]! > 0;
    const prices = this.#prices();
    return {
      timeColumn: names[time.time]?.toLowerCase() || "the first column",
      zone,
      isZoneAssumed,
      isEndStamped: time.isEnd === true && stamp === undefined,
      notes: [
        ...this.#notes,
        ...prices.notes,
        ...unit,
        ...this.#changes,
        ...this.#lineNotes(),
        ...(isZoneAssumed && zone === undefined ? unreadZone(names, time.time) : []),
        ...(stamp === "close" ? ["times of the end of each bar moved to its open"] : []),
      ],
      columns: {
        openTime: this.#openTimes(),
        open: prices.open,
        high: prices.high,
        low: prices.low,
        close: prices.close,
        line: line.values,
        unread: this.#unread,
        ...(this.#volume === undefined ? {} : { volume: volume.values }),
        ...(this.#layout.trades === undefined ? {} : { trades: trades.values }),
        ...(this.#layout.vwap === undefined ? {} : { vwap: prices.scaled(vwap.values) }),
        ...(contract === undefined ? {} : { contract: this.#contracts }),
      },
    };
  }

  /** Prices in their unit, with the opens and closes of a file without names in the order that they show. */
  #prices() {
    const { openTime, open, high, low, close } = this.#columns;
    const { scale = 1 } = this.#reading;
    const scaled = (values: Float64Array) =>
      scale === 1 ? values : values.map((value) => value / scale);
    const isSwapped = this.#layout.names.length === 0 &&
      isCloseFirst(openTime.values, open.values, close.values);
    const notes = [
      ...(isSwapped ? ["the close before the open, for so each bar continues the last"] : []),
      ...(scale === 1 ? [] : [`prices divided by ${scale.toLocaleString("en-US")}`]),
    ];
    return {
      notes,
      scaled,
      open: scaled(isSwapped ? close.values : open.values),
      high: scaled(high.values),
      low: scaled(low.values),
      close: scaled(isSwapped ? open.values : close.values),
    };
  }

  #openTimes(): Float64Array {
    const read = this.#columns.openTime.values;
    // Times that name their zone leave no doubt.
    const isNaive = this.#rowsOfForm[NAIVE]! > 0 && this.#forms.length === 1;
    const times = isNaive ? this.#times.settleStart(read) : read;
    if (this.#reading.stamp !== "close") return times;
    const opens = openTimesOf(times);
    if (opens !== undefined) return opens;
    throw unreadable(
      "--stamp close needs two bars of different times, to know their length",
      this.#reading.file,
    );
  }

  #lineNotes(): string[] {
    const notes: string[] = [];
    if (this.#missing > 0) {
      notes.push(`${counted(this.#missing, "row")} without prices taken for missing bars`);
    }
    if (this.#remarks.length > 0) {
      const lines = counted(this.#remarks.length, "line");
      const text = this.#remarks[0]!.cells.filter((cell) => cell !== "").join(", ");
      notes.push(`${lines} below the table passed over: "${readable(text, 60)}"`);
    }
    return notes;
  }

  /** Refuses times that lack their time of day, or whose dates are not those of the calendar. */
  #assertTimes(form: number): void {
    const { file } = this.#reading;
    const { names, time } = this.#layout;
    const name = readable(names[time.time] || "1");
    const times = this.#columns.openTime.values;
    if (!this.#hasClock && times.length > 2) {
      const contracts = this.#contracts;
      const different = new Set<number | string>(
        contracts.length === 0
          ? times.values()
          : Array.from(times, (time, row) => `${time} ${contracts[row]}`),
      ).size;
      if (2 * different < times.length) {
        throw unreadable(
          `column ${name} holds dates alone, ${
            counted(different, "date")
          } for ${times.length} rows, and no column is understood as their time of day`,
          file,
        );
      }
    }
    const stepMs = form === SHEET && !this.#hasPartDays ? barLength(times) : undefined;
    if (stepMs !== undefined && stepMs % (SECONDS * DAY) === 0) {
      throw unreadable(
        `column ${name} holds whole numbers ${SECONDS} or more apart, which may be seconds since midnight or days ` +
          "of a spreadsheet: write their dates",
        file,
      );
    }
    const { leap } = this.#days;
    if (leap === undefined) return;
    throw unreadable(
      `column ${name} holds trading days, not days of the calendar: within one date the time goes ${leap}. ` +
        "Write the date of the clock",
      file,
    );
  }

  #take(cells: string[], line: string, number: number, isCutOff: boolean): void {
    const { width, contract } = this.#layout;
    while (cells.length > width && cells.at(-1) === "") cells.pop();
    if (cells.length === width && this.#isMissing(cells)) {
      this.#missing++;
      return;
    }
    const row = this.#columns.line.length;
    this.#columns.line.push(number);
    const isShort = cells.length < width;
    if (cells.length !== width) {
      const end = isShort && isCutOff ? ": the file ends within it" : "";
      const many = `${cells.length} cell${cells.length === 1 ? "" : "s"}`;
      this.#fault(row, "line", () => `it has ${many}, not ${width}${end}`);
    }
    this.#takeTime(cells, row, number);
    for (const name of PRICES) {
      const cell = cells[this.#layout[name]] ?? "";
      const value = this.#numbers.read(cell);
      this.#columns[name].push(value);
      if (Number.isNaN(value)) {
        this.#fault(row, "price", () => `${name} ${nothing(cell, "number")}`);
      }
    }
    if (this.#volume !== undefined) {
      const cell = cells[this.#volume] ?? "";
      const value = readVolume(cell, this.#numbers);
      this.#columns.volume.push(value);
      if (Number.isNaN(value) && cell !== "") {
        this.#fault(row, "volume", () => `volume ${nothing(cell, "number")}`);
      }
    }
    for (const name of ["trades", "vwap"] as const) {
      const column = this.#layout[name];
      if (column !== undefined) this.#columns[name].push(this.#numbers.read(cells[column] ?? ""));
    }
    if (contract !== undefined) this.#contracts.push(cells[contract] ?? "");
    if (this.#unread.size > 0 && this.#unread.has(row)) this.#explain(row, cells, line);
  }

  /** Whether a row has a time and neither prices nor volume: a minute in which there was no bar. */
  #isMissing(cells: readonly string[]): boolean {
    if (!PRICES.every((name) => isMissing(cells[this.#layout[name]] ?? ""))) return false;
    if (this.#volume !== undefined) {
      const cell = cells[this.#volume] ?? "";
      if (!isMissing(cell) && readVolume(cell, this.#numbers) !== 0) return false;
    }
    return !Number.isNaN(this.#times.read(this.#timeText.of(cells)));
  }

  #takeTime(cells: readonly string[], row: number, line: number): void {
    const text = this.#timeText.of(cells), times = this.#times;
    const time = times.read(text);
    this.#columns.openTime.push(time);
    this.#hasClock ||= Number.isNaN(time) || times.hasClock;
    const isSheet = !Number.isNaN(time) && times.form === SHEET;
    this.#hasPartDays ||= isSheet && times.hasClock;
    if (this.#layout.time.clock !== undefined && this.#layout.time.monthAndDay === undefined) {
      this.#days.take(cells[this.#layout.time.time] ?? "", time, line);
    }
    if (Number.isNaN(time)) {
      const { reason } = times;
      this.#fault(
        row,
        "time",
        () => text === "" ? "the time is empty" : `time "${readable(text)}" ${reason}`,
      );
      return;
    }
    if (this.#forms.at(-1)?.form !== times.form) this.#forms.push({ from: row, form: times.form });
    this.#rowsOfForm[times.form]!++;
  }

  /** Replaces the fault of a single cell where the whole line shows the real cause. */
  #explain(row: number, cells: readonly string[], line: string): void {
    const { names } = this.#layout;
    const isHead = names.length > 0 && names.every((name, at) => (cells[at] ?? "") === name);
    const reason = isHead
      ? "it is the names of the columns again: two files in one"
      : line.includes("\0")
      ? "it holds zero bytes, as after a crash or a broken copy"
      : undefined;
    if (reason !== undefined) this.#unread.set(row, { kind: "line", reason });
  }

  /** Only the first fault of a row is reported. */
  #fault(row: number, kind: RowFault["kind"], reason: () => string): void {
    if (this.#unread.has(row)) return;
    const isShown = this.#reasons[kind]++ < MAX_REASONS;
    this.#unread.set(row, isShown ? { kind, reason: reason() } : UNSHOWN[kind]);
  }

  /** Finds rows whose times differ in form from most; returns the most common form, or -1 without any. */
  #faultForms(): number {
    const most = Math.max(...this.#rowsOfForm);
    const usual = most === 0 ? -1 : this.#rowsOfForm.indexOf(most);
    if (this.#forms.length < 2) return usual;
    if (this.#isChange()) {
      const [first, ...others] = this.#forms;
      const lines = others.map(({ from, form }) =>
        `from line ${this.#columns.line.values[from]} on ${TIME_FORMS[form]}`
      );
      this.#changes.push(
        `the times are ${TIME_FORMS[first!.form]}, ${lines.join(", ")}, and all are read`,
      );
      return -1;
    }
    for (const [at, { from, form }] of this.#forms.entries()) {
      if (form === usual) continue;
      const to = this.#forms[at + 1]?.from ?? this.#columns.line.length;
      for (let row = from; row < to; row++) {
        const what = `its time is ${TIME_FORMS[form]}, that of most rows ${TIME_FORMS[usual]}`;
        this.#fault(row, "mixed", () => what);
      }
    }
    return usual;
  }

  /**
   * Whether the unit of the times changes as in files that were joined: once, or between blocks that are long.
   * The sizes of the numbers leave no doubt about their unit.
   */
  #isChange(): boolean {
    const forms = this.#forms;
    if (forms.some(({ form }) => form >= SHEET) || forms.length > MAX_BLOCKS) return false;
    const ends = [...forms.slice(1).map(({ from }) => from), this.#columns.line.length];
    return forms.length === 2 || forms.every(({ from }, at) => ends[at]! - from >= MIN_BLOCK);
  }

  #faultStrays(): void {
    const times = this.#columns.openTime.values;
    const usual = usualTimes(times);
    for (let row = 0; row < times.length; row++) {
      const time = times[row]!;
      if (!isStray(time, usual)) continue;
      times[row] = NaN;
      this.#fault(row, "time", () => `time ${formatUtc(time)} is far from all others`);
    }
  }

  *#cells(most: number): Generator<string[]> {
    const lines = new CsvLines(this.#text);
    const { firstLine, delimiter } = this.#layout;
    for (let line = lines.next(); line !== undefined && most > 0; line = lines.next()) {
      if (lines.number < firstLine) continue;
      most--;
      yield csvCells(line, delimiter);
    }
  }

  *#timeCells(): Generator<string> {
    for (const cells of this.#cells(Infinity)) yield this.#timeText.of(cells);
  }

  /** MetaTrader leaves the volume 0 where there are only ticks. */
  #volumeOf(sample: readonly (readonly string[])[]): number | undefined {
    const { volumes } = this.#layout;
    const traded = (column: number) =>
      sample.some((cells) => readVolume(cells[column] ?? "", this.#numbers) > 0);
    return volumes.find(traded) ?? volumes[0];
  }
}

const UNSHOWN: Readonly<Record<RowFault["kind"], RowFault>> = {
  line: { kind: "line", reason: "" },
  time: { kind: "time", reason: "" },
  mixed: { kind: "mixed", reason: "" },
  price: { kind: "price", reason: "" },
  range: { kind: "range", reason: "" },
  volume: { kind: "volume", reason: "" },
};

/** A zone in the name of the time's column: `Time (EST)`. */
const NAMED_ZONE =
  /(?:^|[^a-z])(e[sd]?t|c[sd]?t|p[sd]?t|ist|jst|hkt|bst|ces?t|new.?york|chicago|london)(?:[^a-z]|$)/i;

/** What a file may say about its zone, which is not read. */
function unreadZone(names: readonly string[], time: number): string[] {
  const name = names.find((one) => /^(?:time)?zone$|^tz$|(?:gmt|utc)offset/.test(bareName(one)));
  if (name !== undefined) return [`column ${readable(name)} is not read: give --zone`];
  const zone = NAMED_ZONE.exec((names[time] ?? "").slice(0, 80))?.[1];
  return zone === undefined ? [] : [`the name of its column says ${zone}: give --zone`];
}

function nothing(cell: string, what: string): string {
  return cell === "" ? "is empty" : `"${readable(cell)}" is no ${what}`;
}
