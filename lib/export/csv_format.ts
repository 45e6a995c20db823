import type { Table, TableBlock, TableColumn } from "./table.ts";

/** Spreadsheets take a text that begins so for a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;
/** Lines put together as one text: few, so that what it is made of is gone before it grows old in memory. */
const TEXT_ROWS = 32;
const PIECE_BYTES = 65_536;

/**
 * A table as CSV: names of the columns, then a line a row; times in epoch ms; what is unknown is an empty cell. A text
 * that a spreadsheet would take for a formula gets a `'` before it; numbers stay numbers.
 */
export async function* csvPieces(table: Table): AsyncGenerator<Uint8Array> {
  const pieces = new CsvPieces();
  yield* pieces.add(csvHead(table.columns));
  for await (const block of table.blocks()) {
    for (const text of csvRows(table.columns, block)) yield* pieces.add(text);
  }
  const rest = pieces.take();
  if (rest.length > 0) yield rest;
}

/** Gathers texts to pieces of bytes that are worth a write. */
class CsvPieces {
  readonly #encoder = new TextEncoder();
  #bytes = new Uint8Array(PIECE_BYTES);
  #length = 0;

  /** Takes in a text. @returns the pieces that are full. */
  *add(text: string): Generator<Uint8Array> {
    for (let rest = text; rest !== "";) {
      const { read, written } = this.#encoder.encodeInto(rest, this.#bytes.subarray(this.#length));
      this.#length += written;
      if (read === rest.length) return;
      rest = rest.slice(read);
      yield this.take();
    }
  }

  /** What came in since the last piece; possibly empty. */
  take(): Uint8Array {
    const piece = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(PIECE_BYTES);
    this.#length = 0;
    return piece;
  }
}

/** The line with the names of the columns. */
export function csvHead(columns: readonly TableColumn[]): string {
  return `${columns.map(({ name }) => csvText(name)).join(",")}\n`;
}

/** The lines of a block, some at a time. */
export function* csvRows(columns: readonly TableColumn[], block: TableBlock): Generator<string> {
  const last = columns.length - 1;
  for (let from = 0; from < block.length; from += TEXT_ROWS) {
    const to = Math.min(block.length, from + TEXT_ROWS);
    const cells = columns.map((column, at) => cellsOf(column, block.columns[at]!, from, to));
    let text = "";
    for (let row = 0; row < to - from; row++) {
      for (let at = 0; at < last; at++) text += `${cells[at]![row]},`;
      text += `${cells[last]![row]}\n`;
    }
    yield text;
  }
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
  from: number,
  to: number,
): readonly string[] {
  if (kind === "text") return (values as readonly string[]).slice(from, to).map(csvText);
  const cells = new Array<string>(to - from);
  // Times and whole numbers come again and again.
  if (kind !== "number") {
    for (let row = from; row < to; row++) {
      const value = values[row] as number;
      cells[row - from] = Number.isFinite(value) ? `${value}` : "";
    }
    return cells;
  }
  const numbers = new Array<number>(to - from);
  for (let row = from; row < to; row++) numbers[row - from] = values[row] as number;
  // JSON writes numbers as `String` does, and null for one that is not finite. It does not go through the engine's
  // cache of numbers as text, which would hold millions of texts until they are old.
  const texts = JSON.stringify(numbers).slice(1, -1).split(",");
  for (let at = 0; at < texts.length; at++) cells[at] = texts[at] === "null" ? "" : texts[at]!;
  return cells;
}
