import { dirname } from "node:path";
import { EXPORT_FORMATS, type ExportFormat, exportFormat } from "../export/formats.ts";
import { instrumentsOf } from "../feeds/venues.ts";
import { MarketError } from "../model/errors.ts";
import { counted } from "../model/counted.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { EXPORT_KINDS, type ExportWhat, exportWhat } from "../store/export/export_kinds.ts";
import type { ExportQuery } from "../store/export/export_kind.ts";
import { exportSource, exportStore } from "../store/export/export_store.ts";
import {
  numberOption,
  type Options,
  type OptionSpec,
  parseArguments,
  timeOption,
  usageError,
  usageOf,
} from "./arguments.ts";
import { givenPath } from "./given_path.ts";
import { openPlace, STORE_OPTIONS } from "./store_place.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  what: { value: "WHAT", help: `${Object.keys(EXPORT_KINDS).join(", ")}; default bars` },
  format: { value: "FORMAT", help: `${EXPORT_FORMATS.join(", ")}; default by --out, else csv` },
  symbol: { value: "ID", help: "an instrument; default the only one, or all" },
  pair: { value: "A/B", help: "a pair, such as BTCUSDT/ES; default every pair" },
  timeframe: { value: "T", help: "length of bars, 1s to 1d; default 1m" },
  window: { value: "N", help: "bars or returns in a window; default the timeframe's" },
  from: { value: "T", help: "only rows that open at or after: epoch ms, or ISO with a zone" },
  to: { value: "T", help: "only rows that open before" },
  out: { value: "FILE", help: "default a name with the time, where you stand" },
  ...STORE_OPTIONS,
  help: { help: "show this text" },
};

/** The outside world of {@link storeExport}. */
export interface StoreExportPorts {
  readonly files?: Files;
  readonly clock?: Clock;
}

/**
 * `deno task store export`: writes what is stored, or what follows from it, into a file, and a manifest beside it.
 * Opens the store to read.
 *
 * @returns exit code
 */
export async function storeExport(
  args: readonly string[],
  terminal: Terminal,
  { files = systemFiles, clock = systemClock }: StoreExportPorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("store export", "Writes what is stored into a file.", OPTIONS));
    return 0;
  }
  const what = asUsage(() => exportWhat(options.get("what")?.[0] ?? "bars"));
  const query = queryOf(options);
  const format = formatOf(options);
  const out = options.get("out")?.[0] ??
    givenPath(usualName(what, query, format, clock.now()), terminal.from);
  await assertFolder(out, files);
  const { config, reader } = await openPlace(options, terminal);
  try {
    const source = await exportSource(reader, {
      windows: config.correlation.windows,
      timeframes: config.data.timeframes,
      pairs: config.correlation.pairs,
      order: instrumentsOf(config).map(({ id }) => id),
    });
    const { files: written } = await exportStore(source, what, query, { out, format, files });
    const { rows } = written[0]!;
    terminal.out(`${out}: ${counted(rows, "row")} of ${what}, ${reader.dataKind} data\n`);
    return 0;
  } catch (error) {
    if (error instanceof MarketError && error.code === "export") throw asUsageError(error);
    throw error;
  } finally {
    await reader.close();
  }
}

/** What the options ask for. @throws {MarketError} `usage`. */
function queryOf(options: Options): ExportQuery {
  const one = (name: string) => options.get(name)?.[0];
  const symbol = one("symbol"), pair = one("pair"), timeframe = one("timeframe");
  const window = numberOption(options, "window", { min: 4, isWhole: true });
  const from = timeOption(options, "from"), to = timeOption(options, "to");
  if (from !== undefined && to !== undefined && from >= to) {
    throw usageError(`--from must be before --to, got ${one("from")} and ${one("to")}`);
  }
  return {
    ...(symbol === undefined ? {} : { symbol }),
    ...(pair === undefined ? {} : { pair }),
    ...(timeframe === undefined ? {} : { timeframe }),
    ...(window === undefined ? {} : { window }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** A file is made, its folder is not: a misspelt one would be made as well. @throws {MarketError} `usage`. */
async function assertFolder(out: string, files: Pick<Files, "exists">): Promise<void> {
  const folder = dirname(out);
  if (await files.exists(folder)) return;
  throw usageError(`--out ${out} cannot be written: there is no folder ${folder}; make it first`);
}

/** `--format`, else the ending of `--out`, else csv. */
function formatOf(options: Options): ExportFormat {
  const given = options.get("format")?.[0];
  if (given !== undefined) return asUsage(() => exportFormat(given));
  const ending = /\.(\w+)$/.exec(options.get("out")?.[0] ?? "")?.[1];
  return EXPORT_FORMATS.find((format) => format === ending) ?? "csv";
}

/** `correlation_BTCUSDT-ES_1m_2026-01-26T230000Z.csv`: a name that every disk takes. */
function usualName(
  what: ExportWhat,
  { symbol, pair, timeframe }: ExportQuery,
  format: ExportFormat,
  now: number,
): string {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(":", "");
  const parts = [what, symbol, pair, timeframe].filter((part) => part !== undefined);
  return `${parts.join("_").replaceAll(/[^\w@.-]/g, "-")}_${time}Z.${format}`;
}

function asUsage<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError || error instanceof MarketError) throw asUsageError(error);
    throw error;
  }
}

function asUsageError({ message }: Error): MarketError {
  return usageError(message.replace(/\.$/, ""));
}
