import type { Bar } from "../model/bar.ts";
import { row } from "./pages.ts";

/** A bar as a row of an answer, with its columns as `BAR_COLUMNS` names them. */
export interface BarRow {
  readonly openTime: number;
  /** JSON. */
  readonly text: string;
}

/** Writes a bar's row. */
export function barRow(bar: Omit<Bar, "closed">): BarRow {
  const cells = row(
    bar.openTime,
    bar.open,
    bar.high,
    bar.low,
    bar.close,
    bar.volume,
    bar.revision,
    bar.source,
  );
  return { openTime: bar.openTime, text: JSON.stringify(cells) };
}

/** Rows that stand together, ascending. */
export interface BarChunk {
  readonly rows: readonly BarRow[];
  /** All of them, with commas between. */
  readonly text: string;
}

export function chunkOf(rows: readonly BarRow[]): BarChunk {
  return { rows, text: rows.map(({ text }) => text).join(",") };
}
