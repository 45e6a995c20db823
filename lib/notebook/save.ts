import { resolve } from "node:path";
import { exportMarket, type ExportOptions } from "../market/market_export.ts";
import type { Market } from "../market/market.ts";
import { exportFormat } from "../export/formats.ts";
import { barTimeframe } from "../model/timeframe.ts";
import { counted } from "../model/counted.ts";
import { claimFolder } from "../runtime/output_folder.ts";
import { assertOptions } from "./known_options.ts";
import { openSession } from "./setup.ts";

const OPTIONS: Readonly<Record<keyof ExportOptions, true>> = {
  files: true,
  events: true,
  format: true,
  timeframes: true,
  to: true,
};

/**
 * Writes what a market holds into a folder and says below the cell what went where: bars of each instrument, aligned
 * minutes, correlations, coverage, events, and a manifest of what each table rests on. The files are those of `stream --export`.
 *
 * @param dir folder to write to, from the notebook's; made when it is not there.
 * @param options.format `"csv"`, `"json"` as `{ columns, data }`, `"xlsx"` or `"parquet"`. @default "csv"
 * @param options.timeframes lengths of bars, a file each; `4h` and `1d` are correlated too. @default ["1m"]
 * @returns the paths of the files.
 * @throws {RangeError} for an unknown format or timeframe, {TypeError} for an unknown option.
 * @throws {MarketError} `not-saved` naming what was saved and what was not; `folder-in-use` while another notebook writes
 * there; `cannot-write`.
 *
 * @example In a notebook
 * ```ts ignore
 * await save(market, "out");
 * ```
 */
export async function save(
  market: Market,
  dir: string,
  options: ExportOptions = {},
): Promise<string[]> {
  if (typeof dir !== "string" || dir === "") {
    throw new TypeError(`dir must be the name of a folder, such as "out", got ${dir}`);
  }
  assertOptions("save", options, OPTIONS);
  const folder = resolve(dir);
  // Before anything is made on disk.
  exportFormat(options.format ?? "csv");
  for (const timeframe of options.timeframes ?? []) barTimeframe(timeframe);
  const claim = await claimFolder(folder, "save");
  const names = await exportMarket(market, folder, options).finally(() => claim.release());
  await openSession()?.show(
    `Saved ${counted(names.length, "file")} of ${market.source} data in ${folder}: ${
      names.join(", ")
    }`,
  );
  return names.map((name) => `${folder}/${name}`);
}
