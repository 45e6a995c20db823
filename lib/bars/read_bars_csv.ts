import { MarketError } from "../model/errors.ts";
import { CSV_COLUMNS, csvCells, csvLines, csvTime } from "./csv_cells.ts";
import type { ReportColumns } from "./report_rows.ts";

/** A file of bars as it is, whatever is wrong with it. */
export interface BarsFile {
  /** Rows in the order of the file. What cannot be read is NaN. */
  readonly columns: ReportColumns;
  /** Column the times were read from. */
  readonly timeColumn: string;
  /** True when some time came without its zone: it was taken for UTC. */
  readonly isZoneAssumed: boolean;
}

/**
 * Reads a file of bars to be examined: nothing is refused, sorted or left out. The first row names the columns, as
 * for `parseBarsCsv`; times without a zone are taken for UTC, and `volume` may be absent.
 *
 * @param file where the text is from, for the message.
 * @throws {MarketError} `bars-file` when there is no column of times or of prices.
 *
 * @example
 * ```ts
 * import { readBarsCsv } from "./read_bars_csv.ts";
 * import assert from "node:assert/strict";
 * const text = "timestamp,open,high,low,close\n2026-01-25 18:00,5,7,4,?\n";
 * const { columns, isZoneAssumed } = readBarsCsv(text, { file: "es.csv" });
 * assert.deepEqual([columns.open[0], columns.close[0], isZoneAssumed], [5, NaN, true]);
 * ```
 */
export function readBarsCsv(text: string, { file }: { readonly file: string }): BarsFile {
  const [head = "", ...lines] = csvLines(text);
  const names = csvCells(head).map((name) => name.toLowerCase());
  const find = (candidates: readonly string[]) => candidates.find((name) => names.includes(name));
  const epoch = find(CSV_COLUMNS.epoch);
  const timeColumn = epoch ?? find(CSV_COLUMNS.text);
  const lacking = timeColumn === undefined
    ? "openTime (epoch ms) or timestamp"
    : ["open", "high", "low", "close"].find((name) => !names.includes(name));
  if (lacking !== undefined || timeColumn === undefined) {
    throw new MarketError(
      "bars-file",
      "configure",
      `${file} cannot be read as bars: its first row names no column ${lacking}. Give it a row of column names.`,
    );
  }
  const rows = lines.filter((line) => line.trim() !== "").map(csvCells);
  const column = (name: string) => {
    const at = names.indexOf(name);
    return Float64Array.from(rows, (cells) => numberOf(cells[at]));
  };
  const times = epoch === undefined
    ? rows.map((cells) => csvTime(cells[names.indexOf(timeColumn)] ?? ""))
    : [];
  const contract = find(CSV_COLUMNS.contract);
  return {
    timeColumn,
    isZoneAssumed: times.some((time) => time?.hasZone === false),
    columns: {
      openTime: epoch === undefined
        ? Float64Array.from(times, (time) => time?.time ?? NaN)
        : column(epoch),
      open: column("open"),
      high: column("high"),
      low: column("low"),
      close: column("close"),
      ...(names.includes("volume") ? { volume: column("volume") } : {}),
      ...(contract === undefined
        ? {}
        : { contract: rows.map((cells) => cells[names.indexOf(contract)] ?? "") }),
    },
  };
}

function numberOf(text: string | undefined): number {
  return text === undefined || text === "" ? NaN : Number(text);
}
