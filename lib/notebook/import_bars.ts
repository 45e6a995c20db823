import { basename, resolve } from "node:path";
import type { BarFileReading } from "../bars/examine/examined_file.ts";
import { parseConfig } from "../feeds/config.ts";
import { followable, venueOf, venues } from "../feeds/venues.ts";
import { counted } from "../model/counted.ts";
import { MarketError } from "../model/errors.ts";
import { barTimeframe } from "../model/timeframe.ts";
import { type ByteFiles, systemByteFiles } from "../runtime/byte_files.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { planImportAside } from "../store/import/plan_aside.ts";
import { isUnhindered } from "../store/import/plan_import.ts";
import { MOST_PACKED } from "../store/import/unpacked.ts";
import type { Store, StoreChange } from "../store/store.ts";
import { assertOptions } from "./known_options.ts";
import { openSession } from "./setup.ts";

/** Options of {@link importBars}. */
export interface ImportBarsOptions extends BarFileReading {
  /** What the rows are of: `ES`, `BTCUSDT`, `BTCUSDT@usdm`. */
  readonly symbol: string;
  /** Length of the bars, `1s` to `1d`. @default as their times show */
  readonly timeframe?: string;
  /** Imports the other rows of a file with rows that are refused. @default false */
  readonly skipRefused?: boolean;
}

/** The outside world of {@link importBars}. */
export interface ImportBarsPorts {
  readonly files?: Pick<ByteFiles, "read">;
  readonly clock?: Clock;
}

const OPTIONS: Readonly<Record<keyof ImportBarsOptions, true>> = {
  symbol: true,
  timeframe: true,
  skipRefused: true,
  zone: true,
  dates: true,
  scale: true,
  stamp: true,
};

/**
 * Brings a file of bars or trades into a store, all of it or nothing, and says below the cell what was taken: CSV, JSON
 * or Parquet, also packed by gzip or zip. What is imported is of kind `live`, and so must the store be.
 *
 * @param file from the notebook's folder.
 * @throws {MarketError} `import` naming what is wrong with the file and what to do; then nothing was imported.
 * @throws {RangeError} for a symbol of no venue, or another timeframe.
 *
 * @example In a notebook
 * ```ts ignore
 * const store = await openStore({ kind: "sqlite", path: "mine.db", dataKind: "live" });
 * await importBars(store, "../data-samples/bars_ES_1m.csv", { symbol: "ES" });
 * ```
 */
export async function importBars(
  store: Store,
  file: string,
  options: ImportBarsOptions,
  { files = systemByteFiles, clock = systemClock }: ImportBarsPorts = {},
): Promise<StoreChange> {
  assertOptions("importBars", options, OPTIONS);
  const { symbol, timeframe, skipRefused = false, ...reading } = options;
  if (store.dataKind !== "live") {
    throw new MarketError(
      "store-kind",
      "configure",
      `${store.place} holds ${store.dataKind} data; a file of yours belongs to a store of kind live: openStore({ kind: "sqlite", path, dataKind: "live" }).`,
    );
  }
  const instrument = followable(parseConfig(), venues(), symbol);
  const { tradeIds = "single" } = venueOf(instrument.venue);
  const plan = await planImportAside({
    name: basename(file),
    bytes: await files.read(resolve(file), { mostPacked: MOST_PACKED }),
    instrument,
    reading,
    tradeIds,
    now: clock.now(),
    ...(timeframe === undefined ? {} : { timeframe: barTimeframe(timeframe) }),
  }, openSession()?.cellSignal);
  const mayGoOn = isUnhindered(plan) || (skipRefused && plan.obstacles.length === 0);
  if (!mayGoOn || plan.rows === 0) {
    const rows = plan.named.map(({ row, reason }) => `${row}: ${reason}`);
    const refused = plan.refused === 0 ? [] : [`${counted(plan.refused, "row")} refused`];
    const why = [...plan.obstacles, ...refused, ...rows].join("; ") || "it holds no row";
    throw new MarketError("import", "configure", `${file} was not imported: ${why}.`);
  }
  const change = await store.write(plan.batch);
  const written = change.bars + change.trades, there = plan.rows - written;
  const parts = [
    `${counted(written, "row")} new`,
    ...(there > 0 ? [`${there.toLocaleString("en-US")} already there`] : []),
    ...(plan.refused > 0 ? [`${plan.refused.toLocaleString("en-US")} left out`] : []),
  ];
  await openSession()?.show(`Imported ${plan.what} of ${symbol} from ${file}: ${parts.join(", ")}`);
  return change;
}
