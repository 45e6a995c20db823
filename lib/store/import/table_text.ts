import { isJson, jsonRows, type RowsText } from "./json_rows.ts";
import { parquetRows } from "./parquet_rows.ts";
import { unpacked } from "./unpacked.ts";

/** A table of a file as lines of CSV. */
export interface TableText extends Pick<RowsText, "text"> {
  /** False for what has rows and no lines: JSON and Parquet. */
  readonly hasLines: boolean;
}

/**
 * The table that a file of any format holds: CSV, JSON or Parquet, also packed by gzip or zip.
 *
 * @throws {MarketError} `import` for a file that is damaged, too large, or holds no table or several.
 */
export async function tableText(name: string, bytes: Uint8Array): Promise<TableText> {
  const file = await unpacked(name, bytes);
  if (file.kind === "parquet") {
    const { text } = await parquetRows(name, file.bytes);
    return { text, hasLines: false };
  }
  if (!isJson(file.text)) return { text: file.text, hasLines: true };
  const { text } = jsonRows(name, file.text);
  return { text, hasLines: false };
}
