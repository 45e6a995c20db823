import { pairLabel, shortLabels } from "../market/instrument_label.ts";
import { resolve } from "node:path";
import { correlationFigure } from "../charts/correlation_figure.ts";
import type { CorrelationLine } from "../charts/correlation_line.ts";
import type { Figure } from "../charts/figure.ts";
import { PAGE } from "../charts/page_theme.ts";
import type { ExportManifest } from "../export/manifest.ts";
import type { Table } from "../export/table.ts";
import { TableFile } from "../export/table_file.ts";
import { MarketError } from "../model/errors.ts";
import { type CorrelatedTimeframe, stepOf } from "../model/timeframe.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import { remakeQuery } from "../store/export/remake_query.ts";
import { exportSource, storeTable } from "../store/export/export_store.ts";
import type { StoreReader } from "../store/store.ts";
import { sourceOfStore } from "./panels/store_panel.ts";

/** A file of a manifest, made again from a store. */
export interface RemadeExport {
  /** Whether its rows are, to the last digit, those of then. */
  readonly isSame: boolean;
  /** SHA-256 of the rows as CSV, of now and of then. */
  readonly dataSha256: string;
  readonly expectedSha256: string;
  readonly rows: number;
  /** A sentence that says so. */
  readonly message: string;
  /** The picture of the rows; undefined for what is not `correlation` of one pair. */
  readonly figure: Figure | undefined;
}

/**
 * Makes an export again from what its manifest says and a store holds, and compares the rows with those of then, by
 * their hash. Correlations of a pair come with their picture.
 *
 * @param manifestFile `out/correlation.parquet.manifest.json`, from the notebook's folder.
 * @throws {MarketError} `manifest` for what is no manifest of an export.
 *
 * @example In a notebook
 * ```ts ignore
 * const again = await remakeExport(store, "out/correlation.csv.manifest.json");
 * await show(again.message);
 * ```
 */
export async function remakeExport(
  store: StoreReader,
  manifestFile: string,
  { files = systemFiles }: { readonly files?: Pick<Files, "readText"> } = {},
): Promise<RemadeExport> {
  const manifest = readManifest(await files.readText(resolve(manifestFile)), manifestFile);
  const then = manifest.files[0]!;
  const { what, query, settings } = remakeQuery(then, manifestFile);
  const { table } = await storeTable(await exportSource(store, settings), what, query);
  const file = new TableFile(table, "csv");
  for await (const _piece of file.pieces());
  const { rows, dataSha256 } = file.facts!;
  const isSame = dataSha256 === then.dataSha256;
  const of = `${rows.toLocaleString("en-US")} rows of ${what}`;
  return {
    isSame,
    dataSha256,
    expectedSha256: then.dataSha256,
    rows,
    message: isSame
      ? `The same to the last digit: ${of}, data SHA-256 ${dataSha256.slice(0, 12)}….`
      : `Not the same: ${of} now, ${
        then.rows.toLocaleString("en-US")
      } then; the data has changed since.`,
    figure: what === "correlation" ? await figureOf(table, store) : undefined,
  };
}

function readManifest(text: string, name: string): ExportManifest {
  let value: Partial<ExportManifest> | null = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below, as of any other file that is none.
  }
  const [first] = Array.isArray(value?.files) ? value.files : [];
  if (value?.kind === "comove-export" && typeof first?.what === "string") {
    return value as ExportManifest;
  }
  throw new MarketError(
    "manifest",
    "configure",
    `${name} is no manifest of an export; one lies beside each exported file: FILE.manifest.json.`,
  );
}

/** A line a timeframe, of the first pair. */
async function figureOf(table: Table, store: StoreReader): Promise<Figure | undefined> {
  const names = table.columns.map(({ name }) => name);
  const lines = new Map<string, { readonly window: number; readonly values: number[][] }>();
  let pair: string | undefined;
  for await (const { length, columns } of table.blocks()) {
    const at = (name: string, row: number) => columns[names.indexOf(name)]![row]!;
    for (let row = 0; row < length; row++) {
      pair ??= String(at("pair", row));
      if (at("pair", row) !== pair) continue;
      const timeframe = String(at("timeframe", row)), window = Number(at("window", row));
      const line = lines.get(timeframe) ?? { window, values: [[], [], [], []] };
      lines.set(timeframe, line);
      ["openTime", "r", "lo", "hi"].forEach((name, i) => line.values[i]!.push(+at(name, row)));
    }
  }
  if (pair === undefined) return undefined;
  const drawn = [...lines].map(([timeframe, { window, values }]): CorrelationLine => {
    const [time, r, lo, hi] = values.map((column) => Float64Array.from(column));
    const stepMs = stepOf(timeframe as CorrelatedTimeframe);
    return {
      timeframe: timeframe as CorrelatedTimeframe,
      window,
      endTime: time!.map((one) => one + stepMs),
      r: r!,
      lo: lo!,
      hi: hi!,
    };
  });
  const updatedAt = Math.max(...drawn.map(({ endTime }) => endTime.at(-1)!));
  const [a = "", b = ""] = pair.split("/");
  const title = pairLabel({ a, b }, shortLabels(await store.instruments()));
  const source = sourceOfStore(store);
  return correlationFigure(drawn, { pair: title, source, theme: PAGE, updatedAt });
}
