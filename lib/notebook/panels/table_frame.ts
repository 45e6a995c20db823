import { htmlTable, plainTable } from "../../charts/table.ts";
import { PAGE } from "../../charts/page_theme.ts";
import type { Frame } from "../panel.ts";

export interface TableFrameOptions {
  /** Lines beneath the table. */
  readonly note?: string | undefined;
  /** Said in place of a table without rows. @default "Nothing yet." */
  readonly empty?: string;
}

/** Text in rows as a table with its caption. */
export function tableFrame(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableFrameOptions = {},
): Frame {
  const table = { caption, columns, rows, ...options };
  return { html: htmlTable({ ...table, theme: PAGE }), text: plainTable(table) };
}

/**
 * Says how many rows a table leaves out. @param where one finds them; undefined: nowhere
 *
 * @returns undefined where it leaves out none.
 */
export function leftOut(
  count: number,
  what: string,
  where: string | undefined,
): string | undefined {
  if (count <= 0) return undefined;
  return where === undefined ? `${count} ${what} are not shown` : `${count} ${what}: ${where}`;
}
