import type { Column } from "../regression/columns.ts";

/** Rows `[from, to)` in which a column is 0 without a break. */
export interface ZeroRun {
  /** Index of the column. */
  readonly column: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Runs of returns that are exactly 0: a price that was not quoted, or too coarse a tick for so short a bar.
 *
 * @param least rows from which a run is one.
 */
export function zeroRuns(columns: readonly Column[], least: number): ZeroRun[] {
  const runs: ZeroRun[] = [];
  columns.forEach((values, column) => {
    let from = -1;
    for (let row = 0; row <= values.length; row++) {
      if (row < values.length && values[row] === 0) {
        if (from < 0) from = row;
        continue;
      }
      if (from >= 0 && row - from >= least) runs.push({ column, from, to: row });
      from = -1;
    }
  });
  return runs;
}
