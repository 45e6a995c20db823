import { CSV_COLUMNS, csvCells, csvLines, csvTime } from "../bars/csv_cells.ts";
import { faultOf } from "../model/bar.ts";
import { MarketError } from "../model/errors.ts";
import { formatUtc, MINUTE } from "../model/time.ts";
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
  const lines = csvLines(text);
  const columns = new Columns(csvCells(lines[0]!), options);
  const rows = new Map<number, { bar: SimulatedBar; row: number }>();
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]!.trim() === "") continue;
    const row = i + 1;
    const bar = columns.read(csvCells(lines[i]!), row);
    const other = rows.get(bar.openTime);
    if (other !== undefined) {
      const minute = formatUtc(bar.openTime);
      throw columns.fault(`row ${row} repeats the minute ${minute} of row ${other.row}`);
    }
    rows.set(bar.openTime, { bar, row });
  }
  if (rows.size === 0) throw columns.fault("there is no row below the header");
  return [...rows.values()].map(({ bar }) => bar).sort((a, b) => a.openTime - b.openTime);
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
    if (cells.length < this.#names.length) {
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
    return {
      ...prices,
      trades: this.#count(prices, cells, row),
      vwap: this.#mean(prices, cells, row),
    };
  }

  /** The error for this file; what is wrong, and what to do. */
  fault(what: string): MarketError {
    const { file, symbol } = this.#options;
    return new MarketError(
      "bars-file",
      "configure",
      `${file} cannot serve as minute bars of ${symbol}: ${what}. Correct the file, or take another.`,
      { instrument: symbol },
    );
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
