import { extname, resolve } from "node:path";
import { exportFormat } from "../export/formats.ts";
import type { ExportManifest } from "../export/manifest.ts";
import { counted } from "../model/counted.ts";
import { systemFiles } from "../runtime/files.ts";
import type { ExportQuery } from "../store/export/export_kind.ts";
import { exportWhat } from "../store/export/export_kinds.ts";
import { exportSource, exportStore } from "../store/export/export_store.ts";
import type { StoreReader } from "../store/store.ts";
import { storedDays } from "../store/stored_days.ts";
import { assertOptions } from "./known_options.ts";
import { openSession } from "./setup.ts";

const OPTIONS: Readonly<Record<keyof ExportQuery, true>> = {
  symbol: true,
  pair: true,
  timeframe: true,
  window: true,
  from: true,
  to: true,
};

/** A manifest names the end of these, so that the same can be made again when more has been stored. */
const GROWING: ReadonlySet<string> = new Set([
  "bars",
  "aligned",
  "correlation",
  "spread",
  "zscore",
  "differences",
  "statistics",
]);

/**
 * Writes what is stored, or what follows from it, into a file, with a manifest beside it that says what it was made of
 * and with; says so below the cell.
 *
 * @param what `bars`, `trades`, `aligned`, `correlation`, `spread`, `zscore`, `differences`, `statistics` or `alerts`.
 * @param file from the notebook's folder; its ending is the format: `.csv`, `.json`, `.xlsx` or `.parquet`.
 * @param query.to @default the end of what is stored, which the manifest then names
 * @throws {MarketError} `export` for what is not stored or does not go together; {RangeError} for another ending.
 *
 * @example In a notebook
 * ```ts ignore
 * await exportData(store, "correlation", "out/correlation.parquet", { pair: "BTCUSDT/ES" });
 * ```
 */
export async function exportData(
  store: StoreReader,
  what: string,
  file: string,
  query: ExportQuery = {},
): Promise<ExportManifest> {
  assertOptions("exportData", query, OPTIONS);
  const kind = exportWhat(what), format = exportFormat(extname(file).slice(1));
  const out = resolve(file);
  const source = await exportSource(store);
  const closed = GROWING.has(kind) ? { ...query, to: query.to ?? await endOf(store) } : query;
  const manifest = await exportStore(source, kind, closed, { out, format, files: systemFiles });
  const { rows, sha256 } = manifest.files[0]!;
  await openSession()?.show(
    `Wrote ${counted(rows, "row")} of ${kind} to ${file}, SHA-256 ${
      sha256.slice(0, 12)
    }…, and ${file}.manifest.json beside it`,
  );
  return manifest;
}

/** End of the newest minute that is held, epoch ms UTC. */
async function endOf(store: StoreReader): Promise<number> {
  let end = 0;
  for (const instrument of await store.instruments()) {
    const { to } = await storedDays(store, instrument);
    if (to > end) end = to;
  }
  return end;
}
