import type { CsvDelimiter } from "./cells.ts";
import type { TimeColumns } from "./time_columns.ts";

/** Which column of a file holds which value of a bar. */
export interface CsvLayout {
  readonly delimiter: CsvDelimiter;
  /** Names of the columns as written; empty where the file has none. */
  readonly names: readonly string[];
  /** Cells that a line must have. */
  readonly width: number;
  /** Number of the first line that may be a bar. */
  readonly firstLine: number;
  readonly time: TimeColumns;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Columns that may be the volume, the likeliest first. */
  readonly volumes: readonly number[];
  readonly contract: number | undefined;
  /** Columns of the number of trades and of the volume-weighted average price. */
  readonly trades: number | undefined;
  readonly vwap: number | undefined;
  /** Lines above the names that are neither empty nor a bar. */
  readonly skipped: number;
}

/** Columns of a bar, whatever separates them. */
export type CsvColumns = Omit<CsvLayout, "delimiter" | "firstLine" | "skipped">;
