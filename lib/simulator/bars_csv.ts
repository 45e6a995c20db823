import { CSV_COLUMNS, csvCells, csvLines, csvTime } from "../bars/csv/cells.ts";
import { faultOf } from "../model/bar.ts";
import { notCsv } from "../bars/csv/not_csv.ts";
import { MarketError } from "../model/errors.ts";
import { DAY, formatUtc, MINUTE } from "../model/time.ts";
import { likelyTrades } from "./minute_split.ts";
import type { SimulatedBar } from "./truth.ts";

/**
 * Reads minute bars from CSV text. The first row names the columns: a time (`open_time_ms` or `openTime`
 * in epoch ms, else `timestamp`, `time`, `date` or `datetime` as ISO text with its zone), `open`, `high`,
 * `low`, `close`, `volume`, and where there are any `trades` (or `count`) and `vwap`. Other columns are
 * passed over; rows may be in any order.
 *
 * What is not told is approximated: `trades` as in `likelyTrades`, `vwap` as the mean of high, low and close.
 *
 * @param options.symbol what the bars are of, for messages.
 * @param options.file where the text is from, for messages.
 * @returns bars by time, oldest first.
 * @throws {MarketError} `bars-file`, naming file, row, column and value; the header is row 1.
 *
 * @example
 * ```ts
 * import { parseBarsCsv } from "./bars_csv.ts";
 * import assert from "node:assert/strict";
 * const text = "openTime,open,high,low,close,volume\n60000,5,7,4,6,12\n";
 * const [bar] = parseBarsCsv(text, { symbol: "ES", file: "es.csv" });
 * assert.equal(bar?.close, 6);
 * ```
 */
export function parseBarsCsv(
  text: string,
  options: { symbol: string; file: string },
): SimulatedBar[] {
  const other = notCsv(text);
  if (other !== undefined) throw unfit(options, `it is ${other}`);
  const lines = csvLines(text);
  const columns = new Columns(csvCells(lines[0]!), options);
  const rows = new Map<number, { bar: SimulatedBar; row: number }>();
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]!.trim() === "") continue;
    const row = i + 1;
    const bar = columns.read(csvCells(lines[i]!), row);
    const before = rows.get(bar.openTime);
    if (before !== undefined) {
      const minute = formatUtc(bar.openTime);
      throw columns.fault(`row ${row} repeats the minute ${minute} of row ${before.row}`);
    }
    rows.set(bar.openTime, { bar, row });
  }
  if (rows.size === 0) throw columns.fault("there is no row below the header");
  const sorted = [...rows.values()].sort((a, b) => a.bar.openTime - b.bar.openTime);
  const fault = spacingFault(sorted);
  if (fault !== undefined) throw columns.fault(fault);
  return sorted.map(({ bar }) => bar);
}

/** A market that is shut for longer than this has a stray time among its own. */
const LONGEST_PAUSE_MS = 366 * DAY;
/** Prices beyond are damage. */
const LARGEST_PRICE = 1e9;

/** What tells bars of another length, or a time that is not of this file, from minutes. */
function spacingFault(
  rows: readonly { readonly bar: SimulatedBar; readonly row: number }[],
): string | undefined {
  const steps = new Map<number, number>();
  for (let i = 1; i < rows.length; i++) {
    const [before, after] = [rows[i - 1]!, rows[i]!];
    const step = after.bar.openTime - before.bar.openTime;
    if (step > LONGEST_PAUSE_MS) {
      const { row, bar } = i === 1 && rows.length > 2 ? before : after;
      return `row ${row}, at ${formatUtc(bar.openTime)}, is more than a year away from the others`;
    }
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  const commonest = [...steps].sort((a, b) => b[1] - a[1])[0]?.[0];
  return commonest === undefined || commonest === MINUTE
    ? undefined
    : `its bars are ${commonest / MINUTE} minutes apart, not one`;
}

/** The error for a file; what is wrong, and what to do. */
function unfit({ file, symbol }: { symbol: string; file: string }, what: string): MarketError {
  return new MarketError(
    "bars-file",
    "configure",
    `${file} cannot serve as minute bars of ${symbol}: ${what}. Correct the file, or take another; deno task doctor --bars ${file} examines it.`,
    { instrument: symbol },
  );
}

/** Where in a row each value is, and how to read it. */
class Columns {
  readonly #options: { readonly symbol: string; readonly file: string };
  readonly #names: readonly string[];
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #time: string;
  readonly #isEpoch: boolean;
  readonly #trades: string | undefined;

  constructor(names: readonly string[], options: { symbol: string; file: string }) {
    this.#options = options;
    this.#names = names;
    this.#indexes = new Map(names.map((name, index) => [name.toLowerCase(), index]));
    const find = (candidates: readonly string[]) => candidates.find((n) => this.#indexes.has(n));
    const time = find(CSV_COLUMNS.epoch) ?? find(CSV_COLUMNS.text);
    if (time === undefined) {
      throw this.fault(`row 1 has no time column (openTime in epoch ms, or timestamp with zone)`);
    }
    for (const name of ["open", "high", "low", "close", "volume"]) {
      if (!this.#indexes.has(name)) throw this.fault(`row 1 has no column ${name}`);
    }
    this.#time = time;
    this.#isEpoch = (CSV_COLUMNS.epoch as readonly string[]).includes(time);
    this.#trades = find(CSV_COLUMNS.trades);
  }

  read(cells: readonly string[], row: number): SimulatedBar {
    if (cells.length !== this.#names.length) {
      throw this.fault(`row ${row} has ${cells.length} cells, the header ${this.#names.length}`);
    }
    const prices = {
      openTime: this.#readTime(cells, row),
      open: this.#number("open", cells, row),
      high: this.#number("high", cells, row),
      low: this.#number("low", cells, row),
      close: this.#number("close", cells, row),
      volume: this.#number("volume", cells, row),
    };
    const fault = faultOf({ ...prices, closed: true, revision: 0, source: "simulated" }, MINUTE);
    if (fault !== undefined) throw this.fault(`row ${row}: ${fault}`);
    if (!(prices.low > 0 && prices.high < LARGEST_PRICE)) {
      throw this.fault(`row ${row}: prices from ${prices.low} to ${prices.high} are none`);
    }
    return {
      ...prices,
      trades: this.#count(prices, cells, row),
      vwap: this.#mean(prices, cells, row),
    };
  }

  /** The error for this file; what is wrong, and what to do. */
  fault(what: string): MarketError {
    return unfit(this.#options, what);
  }

  #readTime(cells: readonly string[], row: number): number {
    if (this.#isEpoch) return this.#number(this.#time, cells, row);
    const text = this.#cell(this.#time, cells);
    const read = csvTime(text);
    if (read?.hasZone) return read.time;
    throw this.fault(
      `row ${row}, column ${this.#nameOf(this.#time)}: "${text}" is not a time with its zone, ` +
        "as 2026-01-25T23:00:00Z is (epoch ms belong in a column openTime)",
    );
  }

  #count(bar: Priced, cells: readonly string[], row: number): number {
    if (this.#trades === undefined) return likelyTrades(bar);
    const count = this.#number(this.#trades, cells, row);
    if (Number.isSafeInteger(count) && count >= 0) return count;
    throw this.fault(`row ${row}, column ${this.#nameOf(this.#trades)}: ${count} is not a count`);
  }

  #mean(bar: Priced, cells: readonly string[], row: number): number {
    const { high, low, close } = bar;
    const isTold = this.#indexes.has("vwap") && this.#cell("vwap", cells) !== "";
    const mean = isTold ? this.#number("vwap", cells, row) : (high + low + close) / 3;
    return isTold ? mean : Math.min(high, Math.max(low, mean));
  }

  #number(name: string, cells: readonly string[], row: number): number {
    const text = this.#cell(name, cells);
    const value = text === "" ? NaN : Number(text);
    if (Number.isFinite(value)) return value;
    throw this.fault(`row ${row}, column ${this.#nameOf(name)}: "${text}" is not a number`);
  }

  #cell(name: string, cells: readonly string[]): string {
    return cells[this.#indexes.get(name)!]!;
  }

  #nameOf(name: string): string {
    return this.#names[this.#indexes.get(name)!]!;
  }
}

type Priced = Pick<SimulatedBar, "open" | "high" | "low" | "close" | "volume">;
