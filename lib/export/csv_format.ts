import { BytePieces } from "./byte_pieces.ts";
import type { Table, TableColumn } from "./table.ts";

/** Spreadsheets take a text that begins so for a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * A table as CSV: names of the columns, then a line a row; times in epoch ms; what is unknown is an empty cell. A text
 * that a spreadsheet would take for a formula gets a `'` before it; numbers stay numbers.
 */
export async function* csvPieces(table: Table): AsyncGenerator<Uint8Array> {
  const pieces = new BytePieces();
  const { columns } = table;
  const last = columns.length - 1;
  pieces.add(`${columns.map(({ name }) => csvText(name)).join(",")}\n`);
  for await (const block of table.blocks()) {
    const cells = columns.map((column, at) => cellsOf(column, block.columns[at]!));
    for (let row = 0; row < block.length; row++) {
      for (let at = 0; at < last; at++) pieces.add(`${cells[at]!(row)},`);
      pieces.add(`${cells[last]!(row)}\n`);
      if (pieces.isFull) yield pieces.take();
    }
  }
  yield pieces.take();
}

/**
 * A text as a cell of CSV.
 *
 * @example
 * ```ts
 * import { csvText } from "./csv_format.ts";
 * import assert from "node:assert/strict";
 * assert.equal(csvText("=1+1"), "'=1+1");
 * assert.equal(csvText('a "b", c'), '"a ""b"", c"');
 * ```
 */
export function csvText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function cellsOf(
  { kind }: TableColumn,
  values: ArrayLike<number> | readonly string[],
): (row: number) => string {
  if (kind === "text") {
    const texts = values as readonly string[];
    return (row) => csvText(texts[row]!);
  }
  const numbers = values as ArrayLike<number>;
  return (row) => {
    const value = numbers[row]!;
    return Number.isFinite(value) ? `${value}` : "";
  };
}
