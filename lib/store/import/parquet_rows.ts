import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { MAX_FILE_TEXT } from "../../runtime/unpack.ts";
import { importRefusal } from "./import_refusal.ts";
import { csvOf, type RowsText } from "./json_rows.ts";

/** So many rows of a minute are twenty years. */
const MOST_ROWS = 10_500_000;
const MOST_COLUMNS = 100;
const MOST_CELLS = 120_000_000;
/** Bytes that its groups may claim to unpack to. */
const MOST_BYTES = 1_000_000_000;
/** Rows read at a time. */
const GROUP = 100_000;

/**
 * The rows of a Parquet file as CSV; times become epoch ms.
 *
 * @throws {MarketError} `import` for a file that is damaged, nested or too large.
 */
export async function parquetRows(name: string, bytes: Uint8Array): Promise<RowsText> {
  const file = bytes.slice().buffer;
  try {
    const metadata = await parquetMetadataAsync(file);
    const rows = Number(metadata.num_rows);
    const [, ...columns] = metadata.schema;
    const size = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
    if (!(rows <= MOST_ROWS) || !(size <= MOST_BYTES) || columns.length > MOST_COLUMNS) {
      throw tooLarge(name, rows, columns.length);
    }
    if (columns.some(({ num_children }) => num_children !== undefined && num_children > 0)) {
      throw importRefusal(`${name} has columns within columns; a table of bars has none.`);
    }
    const names = columns.map((column) => column.name);
    let text = csvOf([names]);
    if (rows * names.length > MOST_CELLS) throw tooLarge(name, rows, names.length);
    for (let rowStart = 0; rowStart < rows; rowStart += GROUP) {
      const rowEnd = Math.min(rows, rowStart + GROUP);
      const read = await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd });
      text += csvOf(read.map((row) => names.map((column) => row[column])));
      if (text.length > MAX_FILE_TEXT) throw tooLarge(name, rows, names.length);
    }
    return { text, hasNames: true };
  } catch (error) {
    if (error instanceof Error && error.name === "MarketError") throw error;
    throw importRefusal(
      `${name} is no whole Parquet file: its footer or one of its pages is damaged, cut off, or packed in a way that ` +
        "is not read. Write it again.",
      error,
    );
  }
}

function tooLarge(name: string, rows: number, columns: number) {
  return importRefusal(
    `${name} is too large: ${rows} rows of ${columns} columns. Split it by year.`,
  );
}
