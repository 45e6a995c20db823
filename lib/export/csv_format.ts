import type { Table, TableBlock, TableColumn } from "./table.ts";

/** Spreadsheets take a text that begins so for a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;
const PIECE_CHARACTERS = 65_536;

/**
 * A table as CSV: names of the columns, then a line a row; times in epoch ms; what is unknown is an empty cell. A text
 * that a spreadsheet would take for a formula gets a `'` before it; numbers stay numbers.
 */
export async function* csvPieces(table: Table): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(csvHead(table.columns));
  for await (const block of table.blocks()) {
    for (const text of csvRows(table.columns, block)) yield encoder.encode(text);
  }
}

/** The line with the names of the columns. */
export function csvHead(columns: readonly TableColumn[]): string {
  return `${columns.map(({ name }) => csvText(name)).join(",")}\n`;
}

/** The lines of a block, some at a time. */
export function* csvRows(columns: readonly TableColumn[], block: TableBlock): Generator<string> {
  const last = columns.length - 1;
  const cells = columns.map((column, at) => cellsOf(column, block.columns[at]!));
  let text = "";
  for (let row = 0; row < block.length; row++) {
    for (let at = 0; at < last; at++) text += `${cells[at]!(row)},`;
    text += `${cells[last]!(row)}\n`;
    if (text.length < PIECE_CHARACTERS) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
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
  values: TableBlock["columns"][number],
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
