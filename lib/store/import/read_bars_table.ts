import { type BarsFile, readBarsCsv, type ReadBarsOptions } from "../../bars/csv/read_bars_csv.ts";
import { tableText } from "./table_text.ts";

/**
 * The bars of a file of any format: CSV, JSON or Parquet, also packed by gzip or zip.
 *
 * @throws {MarketError} `import` for a file that is damaged, too large, or holds no table; `bars-file` for one that
 * holds no bars.
 */
export async function readBarsTable(
  bytes: Uint8Array,
  options: ReadBarsOptions & { readonly file: string },
): Promise<BarsFile> {
  const { text, hasLines } = await tableText(options.file, bytes);
  const file = readBarsCsv(text, options);
  if (hasLines) return file;
  // What has no lines is named by its rows.
  const { line: _, ...columns } = file.columns;
  return { ...file, columns };
}
