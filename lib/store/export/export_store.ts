import { type ExportManifest, manifestOf, manifestText } from "../../export/manifest.ts";
import type { ExportFormat } from "../../export/formats.ts";
import { TableFile } from "../../export/table_file.ts";
import { type Timeframe, TIMEFRAMES } from "../../model/timeframe.ts";
import { MINUTE } from "../../model/time.ts";
import type { Files } from "../../runtime/files.ts";
import { storedSpan } from "../recall_minutes.ts";
import type { StoreReader } from "../store.ts";
import { EXPORT_KINDS, type ExportWhat } from "./export_kinds.ts";
import {
  type ExportKind,
  type ExportQuery,
  ExportRefusal,
  type ExportSource,
  type MadeTable,
} from "./export_kind.ts";
import { StoredMinutes } from "./stored_minutes.ts";

/** What of a configuration an export follows. */
export interface ExportSettings {
  readonly windows?: Readonly<Partial<Record<Timeframe, number>>>;
  readonly timeframes?: readonly Timeframe[];
  /** Names of pairs, such as `BTCUSDT/ES`. @default every pair of what is traded */
  readonly pairs?: readonly string[] | null;
  /** Ids in the order in which instruments are followed; others come behind them. @default as stored */
  readonly order?: readonly string[];
}

/** A store as exports read it. */
export async function exportSource(
  reader: StoreReader,
  { windows = {}, timeframes = TIMEFRAMES, pairs = null, order = [] }: ExportSettings = {},
): Promise<ExportSource> {
  const placeOf = (id: string) => order.includes(id) ? order.indexOf(id) : order.length;
  const instruments = (await reader.instruments()).toSorted((a, b) =>
    placeOf(a.id) - placeOf(b.id)
  );
  return { reader, minutes: new StoredMinutes(reader), instruments, windows, timeframes, pairs };
}

/**
 * A table of what is stored; its rows are read and worked out as they are taken.
 *
 * @throws {MarketError} `export` for what is not stored or does not go together.
 */
export function storeTable(
  source: ExportSource,
  what: ExportWhat,
  query: ExportQuery = {},
): Promise<MadeTable> {
  const kind: ExportKind = EXPORT_KINDS[what];
  for (const name of ["symbol", "pair", "timeframe", "window"] as const) {
    if (query[name] !== undefined && !kind.takes.includes(name)) {
      const takes = kind.takes.join(", ") || "from and to alone";
      throw new ExportRefusal(`An export of ${what} takes no ${name}; it takes ${takes}.`, name);
    }
  }
  return kind.table(source, query);
}

/** Where an export goes. */
export interface StoreExportOptions {
  /** The file; its manifest lies beside it, `<file>.manifest.json`. */
  readonly out: string;
  readonly format: ExportFormat;
  readonly files: Pick<Files, "writePieces" | "writeText">;
}

/**
 * Writes a table of what is stored, row by row, and its manifest. A file that is there is replaced when the new one is
 * whole, and not before.
 *
 * @returns the manifest.
 * @throws {MarketError} as {@link storeTable}; the system's error when the disk refuses.
 */
export async function exportStore(
  source: ExportSource,
  what: ExportWhat,
  query: ExportQuery,
  { out, format, files }: StoreExportOptions,
): Promise<ExportManifest> {
  const { table, parameters } = await storeTable(source, what, query);
  const file = new TableFile(table, format);
  await files.writePieces(out, file.pieces(), { isPrivate: true });
  const { reader } = source;
  const { schema, dataKind } = await reader.info();
  const name = out.split(/[\\/]/).at(-1)!;
  const manifest = manifestOf(
    // Nothing that is stored is of now.
    dataKind === "live" ? "stored" : dataKind,
    [{ name, what, parameters, file }],
    { versions: { schema: `${schema}` }, stored: { kind: dataKind, to: await storedTo(reader) } },
  );
  await files.writeText(`${out}.manifest.json`, manifestText(manifest), { isPrivate: true });
  return manifest;
}

/** End of the newest stored minute or trade of all instruments; null without any. */
async function storedTo(reader: StoreReader): Promise<number | null> {
  let to: number | null = null;
  for (const { id } of await reader.instruments()) {
    for (const stepMs of [0, MINUTE]) {
      const span = await storedSpan(reader, id, stepMs);
      if (span !== undefined) to = Math.max(to ?? -Infinity, span.to);
    }
  }
  return to;
}
