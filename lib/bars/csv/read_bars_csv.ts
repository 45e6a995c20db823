import { MarketError } from "../../model/errors.ts";
import { type BarsFile, BarsReader } from "./bars_reader.ts";
import type { DateOrder } from "./date.ts";
import { csvLayout } from "./layout.ts";
import { CsvLines } from "./lines.ts";
import { notCsv } from "./not_csv.ts";

export type { BarsFile };

/** Where bars are from and how to read them. */
export interface ReadBarsOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  /** IANA zone of times that do not say theirs. @default UTC */
  readonly zone?: string | undefined;
  /** Order of the numbers in dates such as 02/03/2026. @default what the dates themselves show */
  readonly dates?: DateOrder | undefined;
  /** Fixed-point prices are so many times the price: 1e9 in files of Databento. @default 1 */
  readonly scale?: number | undefined;
  /** Whether times are of the open or of the end of their bars. @default open */
  readonly stamp?: "open" | "close" | undefined;
}

/**
 * Reads a file of bars to be examined: nothing is refused, sorted or left out. It infers the
 * delimiter, which columns belong to a bar, in what unit or form the times are and whether numbers have a
 * decimal comma; times without a zone are read as UTC unless one is given, and `volume` may be absent.
 *
 * @throws {MarketError} `bars-file` when it is no CSV file, has no column of times or of prices, or no row.
 *
 * @example
 * ```ts
 * import { readBarsCsv } from "./read_bars_csv.ts";
 * import assert from "node:assert/strict";
 * const text = "timestamp;open;high;low;close\n2026-01-25 18:00;5,5;7;4;?\n";
 * const { columns, isZoneAssumed } = readBarsCsv(text, { file: "es.csv" });
 * assert.deepEqual([columns.open[0], columns.close[0], isZoneAssumed], [5.5, NaN, true]);
 * ```
 */
export function readBarsCsv(text: string, options: ReadBarsOptions): BarsFile {
  const { file, zone, dates, scale, stamp } = options;
  const other = notCsv(text);
  if (other !== undefined) throw fault(`${file} is ${other}.`);
  const layout = csvLayout(new CsvLines(text), file);
  const read = new BarsReader(text, layout, { file, zone, dates, scale, stamp }).read();
  if (read.columns.openTime.length > 0) return read;
  throw fault(`${file} names its columns and has no row of a bar below them. Export it again.`);
}

function fault(message: string): MarketError {
  return new MarketError("bars-file", "configure", message);
}
