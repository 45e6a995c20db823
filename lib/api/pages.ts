import type { TableColumn } from "../export/table.ts";

/** One value of a row; NaN and undefined become null. */
export type Cell = number | string | boolean | null | undefined;

/** A page of rows in the columns form. */
export interface Page {
  columns: string[];
  data: (string | number | boolean | null)[][];
  next: string | null;
}

/** Values as JSON takes them. */
export function row(...cells: readonly Cell[]): (string | number | boolean | null)[] {
  return cells.map((cell) =>
    cell === undefined || (typeof cell === "number" && !Number.isFinite(cell)) ? null : cell
  );
}

export function namesOf(columns: readonly TableColumn[]): string[] {
  return columns.map(({ name }) => name);
}

/**
 * The page of rows that begin behind a cursor. The cursor is the number that the last row is ordered by, so rows that
 * come later change no page before.
 *
 * @param rows ascending; of those behind the cursor, one more than fits where there are more
 */
export function pageOf<Row>(
  rows: readonly Row[],
  columns: readonly string[],
  { limit, orderOf, cellsOf }: {
    readonly limit: number;
    readonly orderOf: (row: Row) => number;
    readonly cellsOf: (row: Row) => (string | number | boolean | null)[];
  },
): Page {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? `${orderOf(last)}` : null;
  return { columns: [...columns], data: shown.map(cellsOf), next };
}
