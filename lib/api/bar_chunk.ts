import { type BarCells, barCells } from "../export/tables/bar_table.ts";
import type { Bar } from "../model/bar.ts";

/** Rows of bars that stand together, ascending. */
export interface BarChunk {
  readonly rows: readonly BarCells[];
  /** JSON of all of them, with commas between. */
  readonly text: string;
}

export function chunkOf(bars: readonly Omit<Bar, "closed">[]): BarChunk {
  const rows = bars.map(barCells);
  return { rows, text: rowsText(rows) };
}

/** JSON of rows, with commas between. What is no number becomes null. */
export function rowsText(rows: readonly BarCells[]): string {
  return JSON.stringify(rows).slice(1, -1);
}
