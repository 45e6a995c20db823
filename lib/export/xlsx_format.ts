import { configure, ZipWriter } from "@zip.js/zip.js";
import { MarketError } from "../model/errors.ts";
import { BytePieces } from "./byte_pieces.ts";
import { RowCursor } from "./row_cursor.ts";
import type { Table, TableBlock, TableColumn } from "./table.ts";
import {
  CELL_STYLE,
  contentTypes,
  RELATIONS,
  SHEET_END,
  sheetHead,
  sheetPath,
  STYLES,
  workbook,
  workbookRelations,
  xmlText,
} from "./xlsx_parts.ts";

/** What a sheet of Excel holds; its rows include the names of the columns. */
const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 16_384;
const MAX_CHARACTERS = 32_767;
/** Days from 1899-12-30, where Excel counts from, to 1970-01-01. */
const EPOCH_DAYS = 25_569;
const DAY_MS = 86_400_000;
/** Two exports of the same rows are the same bytes. A zip archive holds local time, so this is local in every zone. */
const NO_DATE = new Date(1980, 0, 1);
const TIME_WIDTH = 23, OTHER_WIDTH = 13;

/**
 * A table as an Excel workbook: numbers, UTC dates, text; what is unknown is an empty cell. The names of the columns
 * stay in sight; what is more than a sheet holds goes on in the next one. A text is never a formula.
 *
 * The container is by zip.js; the sheet is ours, because it is written row by row: the libraries for Excel hold all of
 * it in memory, and write NaN as a cell that readers refuse.
 *
 * @throws {MarketError} `not-exported` for more columns or a longer text than Excel takes.
 */
export function xlsxPieces(table: Table): AsyncIterable<Uint8Array> {
  return xlsxOf(table, MAX_ROWS);
}

/** {@link xlsxPieces} in sheets of at most so many rows. */
export async function* xlsxOf(table: Table, maxRows: number): AsyncGenerator<Uint8Array> {
  const { columns } = table;
  if (columns.length > MAX_COLUMNS) {
    throw refusal(`${columns.length} columns, and Excel takes ${MAX_COLUMNS}`);
  }
  configure({ useWebWorkers: false });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const cursor = new RowCursor(table);
  const writing = writeBook(columns, cursor, maxRows, writable)
    .catch((error) => writable.abort(error).catch(() => {}));
  try {
    yield* readable;
  } finally {
    await cursor.close();
  }
  await writing;
}

async function writeBook(
  columns: readonly TableColumn[],
  cursor: RowCursor,
  maxRows: number,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const zip = new ZipWriter(writable, { lastModDate: NO_DATE, extendedTimestamp: false });
  const add = (path: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) =>
    zip.add(path, ReadableStream.from(pieces));
  let sheets = 0;
  do await add(sheetPath(++sheets), sheetPieces(columns, cursor, maxRows)); while (
    await cursor.hasMore()
  );
  const parts: Readonly<Record<string, string>> = {
    "[Content_Types].xml": contentTypes(sheets),
    "_rels/.rels": RELATIONS,
    "xl/workbook.xml": workbook(sheets),
    "xl/_rels/workbook.xml.rels": workbookRelations(sheets),
    "xl/styles.xml": STYLES,
  };
  const encoder = new TextEncoder();
  for (const [path, xml] of Object.entries(parts)) await add(path, [encoder.encode(xml)]);
  await zip.close();
}

async function* sheetPieces(
  columns: readonly TableColumn[],
  cursor: RowCursor,
  maxRows: number,
): AsyncGenerator<Uint8Array> {
  const pieces = new BytePieces();
  pieces.add(sheetHead(columns.map(({ kind }) => kind === "time" ? TIME_WIDTH : OTHER_WIDTH)));
  const heads = columns.map(({ name }) => textCell(name, CELL_STYLE.head));
  pieces.add(`<row>${heads.join("")}</row>`);
  for (let left = maxRows - 1; left > 0 && await cursor.hasMore();) {
    const { block, from, to } = cursor.take(left);
    left -= to - from;
    const cells = columns.map((column, at) => cellsOf(column, block.columns[at]!));
    for (let row = from; row < to; row++) {
      pieces.add("<row>");
      for (const cell of cells) pieces.add(cell(row));
      pieces.add("</row>");
      if (pieces.isFull) yield pieces.take();
    }
  }
  pieces.add(SHEET_END);
  yield pieces.take();
}

/** Cells stand one behind the other without their places, so that unknown ones are cells too. */
const UNKNOWN = "<c/>";

function cellsOf(
  { kind }: TableColumn,
  values: TableBlock["columns"][number],
): (row: number) => string {
  if (kind === "text") {
    const texts = values as readonly string[];
    return (row) => textCell(texts[row]!, CELL_STYLE.plain);
  }
  const numbers = values as ArrayLike<number>;
  const cell = kind === "time" ? timeCell : numberCell;
  return (row) => {
    const value = numbers[row]!;
    return Number.isFinite(value) ? cell(value) : UNKNOWN;
  };
}

function numberCell(value: number): string {
  return `<c><v>${value}</v></c>`;
}

function timeCell(time: number): string {
  const style = time % 1_000 === 0 ? CELL_STYLE.second : CELL_STYLE.millisecond;
  return `<c s="${style}"><v>${time / DAY_MS + EPOCH_DAYS}</v></c>`;
}

function textCell(text: string, style: number): string {
  if (text === "") return UNKNOWN;
  if (text.length > MAX_CHARACTERS) {
    throw refusal(
      `a text of ${text.length} characters, and a cell of Excel takes ${MAX_CHARACTERS}`,
    );
  }
  return `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;
}

function refusal(what: string): MarketError {
  return new MarketError(
    "not-exported",
    "configure",
    `This cannot be an Excel file: it has ${what}. Export it as csv or parquet.`,
  );
}
