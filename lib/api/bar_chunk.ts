import type { BarCells } from "../model/bar_cells.ts";

/** Rows of bars that stand together, ascending. */
export interface BarChunk {
  readonly rows: readonly BarCells[];
  /** JSON of all of them, with commas between. */
  readonly text: string;
}

export function chunkOf(rows: readonly BarCells[]): BarChunk {
  return { rows, text: rowsText(rows) };
}

/** JSON of rows, with commas between. What is no number becomes null. */
export function rowsText(rows: readonly BarCells[]): string {
  return JSON.stringify(rows).slice(1, -1);
}
