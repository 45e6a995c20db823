import type { Table } from "./table.ts";

/** Writes a table as bytes, some at a time. */
export type EncodeTable = (table: Table) => AsyncIterable<Uint8Array>;

/** How a table becomes a file. A format is one file and one line here. */
interface TableFormat {
  readonly load: () => Promise<EncodeTable>;
}

/** Each is loaded when it is asked for. Their names are the endings of their files. */
const FORMATS = {
  csv: { load: async () => (await import("./csv_format.ts")).csvPieces },
  json: { load: async () => (await import("./json_format.ts")).jsonPieces },
  xlsx: { load: async () => (await import("./xlsx_format.ts")).xlsxPieces },
  parquet: { load: async () => (await import("./parquet_format.ts")).parquetPieces },
} as const satisfies Readonly<Record<string, TableFormat>>;

/**
 * How tables are written: `csv`; `json` as `{ columns, data }` with a row an array and `null` for unknown; `xlsx`
 * (Excel); `parquet`. Times are epoch ms in csv and json, UTC dates in xlsx and timestamps in UTC in parquet.
 */
export type ExportFormat = keyof typeof FORMATS;

/** Every format. */
export const EXPORT_FORMATS = Object.keys(FORMATS) as readonly ExportFormat[];

/** A text as a format. @throws {RangeError} naming those there are. */
export function exportFormat(text: string): ExportFormat {
  const known = EXPORT_FORMATS.find((format) => format === text);
  if (known !== undefined) return known;
  throw new RangeError(`format must be one of ${EXPORT_FORMATS.join(", ")}, got ${text}`);
}

/** What writes tables in a format. */
export function encoderOf(format: ExportFormat): Promise<EncodeTable> {
  return FORMATS[format].load();
}
