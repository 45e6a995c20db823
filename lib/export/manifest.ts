import { VERSION } from "../model/version.ts";
import { denoVersion } from "../runtime/probe.ts";
import type { ExportFormat } from "./formats.ts";
import type { TableColumn } from "./table.ts";
import type { TableFile } from "./table_file.ts";

/** One exported file. */
export interface ManifestFile {
  readonly name: string;
  /** What its rows are: `bars`, `correlation`, … */
  readonly what: string;
  readonly format: ExportFormat;
  readonly columns: readonly TableColumn[];
  /** What the rows were made with: instrument, pair, timeframe, window, … */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of the rows as CSV: the same for the same data in every format. */
  readonly dataSha256: string;
}

/** What was exported, from what and with what: enough to make the same again, and to see that it is the same. */
export interface ExportManifest {
  readonly kind: "comove-export";
  readonly version: 1;
  /** Kind of data: `live`, `delayed`, `replay`, `simulated`; of what is stored, and no feed
   * adds to, `stored` where its kind is live. */
  readonly source: string;
  /** Where the rows are from a store: its kind of data, and up to when it reached, epoch ms UTC; null without any. */
  readonly stored?: { readonly kind: string; readonly to: number | null };
  /** Versions of Comove and Deno, and of the store's schema where the rows are from one. */
  readonly versions: Readonly<Record<string, string>>;
  readonly files: readonly ManifestFile[];
}

/** A table as it will be named and described. */
export interface NamedTableFile {
  readonly name: string;
  readonly what: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly file: TableFile;
}

/** What is said of files that were written; those that were not are left out. */
export function manifestOf(
  source: string,
  named: readonly NamedTableFile[],
  { versions = {}, stored }: Partial<Pick<ExportManifest, "versions" | "stored">> = {},
): ExportManifest {
  const files = named.flatMap(({ name, what, parameters, file }): ManifestFile[] => {
    const { facts, format, table } = file;
    if (facts === undefined) return [];
    const { rows, bytes, sha256, dataSha256 } = facts;
    const { columns } = table;
    return [{ name, what, format, columns, parameters, rows, bytes, sha256, dataSha256 }];
  });
  return {
    kind: "comove-export",
    version: 1,
    source,
    ...(stored === undefined ? {} : { stored }),
    versions: { comove: VERSION, deno: denoVersion(), ...versions },
    files,
  };
}

/** A manifest as the text of its file. */
export function manifestText(manifest: ExportManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
