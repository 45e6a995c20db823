import { followable, venueOf, venues } from "../feeds/venues.ts";
import type { Config } from "../feeds/config.ts";
import { counted } from "../model/counted.ts";
import { MarketError } from "../model/errors.ts";
import type { Instrument } from "../model/instrument.ts";
import { type BarTimeframe, barTimeframe } from "../model/timeframe.ts";
import { type ByteFiles, systemByteFiles } from "../runtime/byte_files.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { readReason } from "../runtime/disk_error.ts";
import { STOPPED, type Terminal } from "../runtime/terminal.ts";
import { type ImportPlan, MOST_NAMED } from "../store/import/import_plan.ts";
import { planImportAside } from "../store/import/plan_aside.ts";
import { isUnhindered } from "../store/import/plan_import.ts";
import { MOST_PACKED } from "../store/import/unpacked.ts";
import { openStore } from "../store/open_store.ts";
import type { StoreChange } from "../store/store.ts";
import { targetName } from "../store/store_options.ts";
import {
  type Options,
  type OptionSpec,
  parseCommandLine,
  usageError,
  usageOf,
} from "./arguments.ts";
import { BAR_FILE_OPTIONS, barFileReading } from "./bar_file_options.ts";
import { barsPage } from "./doctor_bars_page.ts";
import { givenPath } from "./given_path.ts";
import { STORE_OPTIONS, storePlace } from "./store_place.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  symbol: { value: "ID", help: "what the rows are of: ES, BTCUSDT, BTCUSDT@usdm" },
  timeframe: { value: "T", help: "length of the bars, 1s to 1d; default as their times show" },
  ...BAR_FILE_OPTIONS,
  "skip-refused": { help: "import the other rows of a file with rows that are refused" },
  ...STORE_OPTIONS,
  help: { help: "show this text" },
};

/** The outside world of {@link storeImport}. */
export interface StoreImportPorts {
  readonly byteFiles?: Pick<ByteFiles, "read">;
  readonly clock?: Clock;
}

/**
 * `deno task store import FILE`: brings a file of bars or trades into the store, all of it or nothing: CSV, JSON or
 * Parquet, also packed by gzip or zip, such as the files of Binance's public archive. Says first what is wrong with it.
 *
 * @returns exit code: 1 when nothing was imported, 130 where Ctrl-C came before anything was.
 */
export async function storeImport(
  args: readonly string[],
  terminal: Terminal,
  { byteFiles = systemByteFiles, clock = systemClock }: StoreImportPorts = {},
): Promise<number> {
  const { options, positionals } = parseCommandLine(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    const summary =
      "Brings a file of bars or trades into the store: deno task store import FILE --symbol ID";
    terminal.out(usageOf("store import", summary, OPTIONS));
    return 0;
  }
  const [given] = positionals;
  if (given === undefined || positionals.length > 1) {
    throw usageError(`store import needs one file, got ${positionals.length}`);
  }
  const name = givenPath(given, terminal.from);
  const reading = barFileReading(options), timeframe = timeframeOf(options);
  // What is imported is of kind live, whatever the configured source is.
  const { config, target } = await storePlace(options, terminal, "live");
  const instrument = instrumentOf(options, config);
  const { tradeIds = "single" } = venueOf(instrument.venue);
  const bytes = await unlessStopped(bytesOf(name, byteFiles), terminal.stop);
  if (bytes === undefined) return STOPPED;
  const judging = planImportAside({
    name,
    bytes,
    instrument,
    reading,
    tradeIds,
    now: clock.now(),
    ...(timeframe === undefined ? {} : { timeframe }),
  }, terminal.stop);
  const plan = await judging.catch((error) => {
    if (terminal.stop.aborted) return undefined;
    throw error;
  });
  if (plan === undefined) return STOPPED;
  const { examined } = plan;
  if (examined !== undefined) terminal.out(barsPage(name, examined.shown, examined.doubts));
  for (const line of refusalsOf(plan)) terminal.out(`${line}\n`);
  const mayGoOn = isUnhindered(plan) ||
    (options.has("skip-refused") && plan.obstacles.length === 0);
  if (!mayGoOn || plan.rows === 0) {
    for (const obstacle of plan.obstacles) terminal.err(`${name}: ${obstacle}.\n`);
    const hint = plan.obstacles.length === 0 && plan.rows > 0
      ? ` Mend these rows, or leave them out with --skip-refused: ${
        counted(plan.rows, "row")
      } would be imported.`
      : "";
    terminal.err(`Nothing was imported.${hint}\n`);
    return 1;
  }
  const store = await openStore({ ...target, dataKind: "live", clock });
  const place = targetName(target);
  try {
    terminal.out(`${outcomeOf(plan, await store.write(plan.batch), instrument, place)}\n`);
    return 0;
  } finally {
    await store.close();
  }
}

function timeframeOf(options: Options): BarTimeframe | undefined {
  const text = options.get("timeframe")?.[0];
  return text === undefined ? undefined : asUsage("--", () => barTimeframe(text));
}

/** The instrument of an id of any venue that there is. @throws {MarketError} `usage` naming what there is. */
function instrumentOf(options: Options, config: Config): Instrument {
  const id = options.get("symbol")?.[0];
  if (id === undefined) throw usageError("--symbol must say what the rows are of: --symbol ID");
  return asUsage("--symbol must be one of ", () => followable(config, venues(), id));
}

function asUsage<Value>(prefix: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageError(`${prefix}${error.message}`);
  }
}

/** What is read, or undefined after Ctrl-C: a pipe may never end. */
function unlessStopped<T>(reading: Promise<T>, stop: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    reading.then(resolve, reject);
    if (stop.aborted) resolve(undefined);
    stop.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

async function bytesOf(name: string, files: Pick<ByteFiles, "read">): Promise<Uint8Array> {
  try {
    return await files.read(name, { mostPacked: MOST_PACKED });
  } catch (cause) {
    throw new MarketError("file", "configure", `${name} cannot be read: ${readReason(cause)}.`, {
      cause,
    });
  }
}

function refusalsOf({ refused, named }: ImportPlan): string[] {
  if (refused === 0) return [];
  const more = refused > named.length ? [`       and ${refused - MOST_NAMED} more`] : [];
  return [
    `${counted(refused, "row")} refused:`,
    ...named.map(({ row, reason }) => `       ${row}: ${reason}`),
    ...more,
  ];
}

function outcomeOf(
  { what, rows, refused, repeats }: ImportPlan,
  { bars, trades }: StoreChange,
  { id }: Instrument,
  place: string,
): string {
  const written = bars + trades;
  const parts = [
    `${counted(written, "row")} new`,
    ...(rows > written ? [`${(rows - written).toLocaleString("en-US")} already there`] : []),
    ...(repeats > 0 ? [`${repeats.toLocaleString("en-US")} repeated in the file`] : []),
    ...(refused > 0 ? [`${refused.toLocaleString("en-US")} left out`] : []),
  ];
  return `Imported ${what} of ${id} into ${place}: ${parts.join(", ")}.`;
}
