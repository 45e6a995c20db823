import { formatUtc } from "../../model/time.ts";
import { csvCells } from "./cells.ts";
import { openDate } from "./date.ts";
import type { CsvLayout } from "./layout.ts";
import { CsvLines } from "./lines.ts";
import { layoutNotes } from "./notes.ts";
import { type CsvNumbers, csvNumbers, readVolume } from "./numbers.ts";
import { CsvTimes, dateOrderOf, NAIVE, TIME_FORMS } from "./times.ts";
import { Growing } from "./growing.ts";
import { readable } from "./readable.ts";
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
  /** What was inferred to read it, each a sentence without its full stop: `the times are epoch seconds`. */
  readonly notes: readonly string[];
}

/** Lines sampled to infer the number format and the volume column. */
const SAMPLE_LINES = 200;
/** Reasons kept for each kind; further ones would never be shown. */
const MAX_REASONS = 100;
const PRICES = ["open", "high", "low", "close"] as const;

/** One reading of a file of bars whose layout is known. */
export class BarsReader {
  readonly #text: string;
  readonly #layout: CsvLayout;
  readonly #times: CsvTimes;
  readonly #numbers: CsvNumbers;
  readonly #volume: number | undefined;
  readonly #notes: readonly string[];
  readonly #zone: string | undefined;
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
  readonly #rowsOfForm = new Array<number>(TIME_FORMS.length).fill(0);

  constructor(
    text: string,
    layout: CsvLayout,
    { file, zone }: { readonly file: string; readonly zone: string | undefined },
  ) {
    this.#text = text;
    this.#zone = zone;
    this.#layout = layout;
    const sample = [...this.#cells(SAMPLE_LINES)];
    const prices = sample.flatMap((cells) => PRICES.map((name) => cells[layout[name]] ?? ""));
    this.#numbers = csvNumbers(prices, layout.delimiter === ",");
    this.#volume = this.#volumeOf(sample);
    const isOpen = sample.some((cells) => openDate(cells[layout.time] ?? "") !== undefined);
    const order = isOpen ? dateOrderOf(this.#timeCells(), file) : undefined;
    const isEpochMs = /^open_?time/i.test(layout.names[layout.time] ?? "");
    this.#times = new CsvTimes({ isEpochMs, zone, order: order ?? "day" });
    const { hasDecimalComma } = this.#numbers;
    this.#notes = layoutNotes(layout, { hasDecimalComma, order, volume: this.#volume });
  }

  read(): BarsFile {
    const lines = new CsvLines(this.#text);
    const { firstLine, delimiter } = this.#layout;
    for (let line = lines.next(); line !== undefined; line = lines.next()) {
      if (lines.number < firstLine) continue;
      const cells = csvCells(line, delimiter);
      if (cells.every((cell) => cell === "")) continue;
      this.#columns.line.push(lines.number);
      this.#take(cells, line, lines.isCutOff);
    }
    const form = this.#faultForms();
    this.#faultStrays();
    const { line, openTime, open, high, low, close, volume, trades, vwap } = this.#columns;
    const { names, time, contract } = this.#layout;
    const unit = form > 0 && form < NAIVE - 1 ? [`the times are ${TIME_FORMS[form]}`] : [];
    return {
      timeColumn: names[time]?.toLowerCase() || "the first column",
      zone: this.#zone,
      isZoneAssumed: this.#rowsOfForm[NAIVE]! > 0,
      notes: [...this.#notes, ...unit],
      columns: {
        openTime: openTime.values,
        open: open.values,
        high: high.values,
        low: low.values,
        close: close.values,
        line: line.values,
        unread: this.#unread,
        ...(this.#volume === undefined ? {} : { volume: volume.values }),
        ...(this.#layout.trades === undefined ? {} : { trades: trades.values }),
        ...(this.#layout.vwap === undefined ? {} : { vwap: vwap.values }),
        ...(contract === undefined ? {} : { contract: this.#contracts }),
      },
    };
  }

  #take(cells: string[], line: string, isCutOff: boolean): void {
    const { width, contract } = this.#layout;
    const row = this.#columns.line.length - 1;
    while (cells.length > width && cells.at(-1) === "") cells.pop();
    const isShort = cells.length < width;
    if (cells.length !== width) {
      const end = isShort && isCutOff ? ": the file ends within it" : "";
      const many = `${cells.length} cell${cells.length === 1 ? "" : "s"}`;
      this.#fault(row, "line", () => `it has ${many}, not ${width}${end}`);
    }
    this.#takeTime(cells, row);
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

  #takeTime(cells: readonly string[], row: number): void {
    const text = this.#timeOf(cells), times = this.#times;
    const time = times.read(text);
    this.#columns.openTime.push(time);
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
    for (const cells of this.#cells(Infinity)) yield this.#timeOf(cells);
  }

  #timeOf(cells: readonly string[]): string {
    const { time, clock } = this.#layout;
    if (clock === undefined) return cells[time] ?? "";
    const text = cells[clock] ?? "";
    // 93000 for 09:30:00: spreadsheets drop the leading zero.
    const padded = /^\d+$/.test(text) ? text.padStart(text.length > 4 ? 6 : 4, "0") : text;
    return `${cells[time] ?? ""} ${padded}`;
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

function nothing(cell: string, what: string): string {
  return cell === "" ? "is empty" : `"${readable(cell)}" is no ${what}`;
}
