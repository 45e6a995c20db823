import { basename, join } from "node:path";
import type { BarsFile } from "../bars/csv/read_bars_csv.ts";
import { MarketError } from "../model/errors.ts";
import { Sha256 } from "../runtime/digest.ts";
import { type ByteFiles, systemByteFiles } from "../runtime/byte_files.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import type { Terminal } from "../runtime/terminal.ts";
import type { BarComparison } from "../store/compare/compare_bars.ts";
import { compareStored } from "../store/compare/compare_file.ts";
import { comparisonSentences } from "../store/compare/comparison_text.ts";
import { comparisonPlain } from "../store/compare/comparison_view.ts";
import { minutesCsv } from "../store/compare/minutes_csv.ts";
import { readBarsTable } from "../store/import/read_bars_table.ts";
import { MOST_PACKED } from "../store/import/unpacked.ts";
import {
  numberOption,
  type Options,
  type OptionSpec,
  parseArguments,
  usageError,
  usageOf,
} from "./arguments.ts";
import { BAR_FILE_OPTIONS, barFileReading } from "./bar_file_options.ts";
import { readGivenBytes } from "./given_file.ts";
import { comparisonPage, type ComparisonReport } from "./store_compare_page.ts";
import { openPlace, STORE_OPTIONS } from "./store_place.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  symbol: { value: "ID", help: "whose stored bars: ES, BTCUSDT" },
  with: {
    value: "FILE",
    help:
      "bars of another source, of any length that minutes make: CSV, JSON, Parquet, gzip or zip",
  },
  tolerance: { value: "N", help: "prices may differ by N points; default 0" },
  "volume-tolerance": { value: "P", help: "volumes may differ by P per cent; default 0" },
  share: {
    value: "P",
    help: "P per cent of the bars must be equal, those of one side alone counted; default 100",
  },
  report: {
    value: "FILE",
    help: "write a page (FILE.html), or into a folder a page and the differences bar by bar",
  },
  json: { help: "print everything that was found as JSON" },
  ...STORE_OPTIONS,
  ...Object.fromEntries(
    Object.entries(BAR_FILE_OPTIONS).map(([name, spec]) => [
      name,
      { ...spec, help: spec.help.replace("--bars", "--with") },
    ]),
  ),
  help: { help: "show this text" },
};

/** The outside world of {@link storeCompare}. */
export interface StoreComparePorts {
  readonly files?: Files;
  readonly byteFiles?: Pick<ByteFiles, "read">;
}

/** What counts as equal. */
interface Limits {
  readonly tolerance: number;
  readonly volumeTolerance: number;
  readonly share: number;
}

/**
 * `deno task store compare`: the stored bars of an instrument against a file of another source: TradingView, another
 * venue, a vendor. Opens the store to read.
 *
 * @returns 0 when both are equal within the tolerance, 1 when they are not.
 * @throws {MarketError} `usage` for a bad command line, an instrument that is not stored, or a file without bars.
 */
export async function storeCompare(
  args: readonly string[],
  terminal: Terminal,
  { files = systemFiles, byteFiles = systemByteFiles }: StoreComparePorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    const summary = "Compares stored bars with a file: exit code 0 when equal, 1 when different.";
    terminal.out(usageOf("store compare", summary, OPTIONS));
    return 0;
  }
  const instrument = needed(options, "symbol"), path = needed(options, "with");
  const limits = limitsOf(options);
  const { file, sha256 } = await readFile(path, options, byteFiles);
  const { reader } = await openPlace(options, terminal);
  try {
    const comparison = await asUsage(() => compareStored(reader, instrument, file, limits));
    const report: ComparisonReport = {
      instrument,
      names: { ours: "the store", theirs: basename(path) },
      comparison,
      file,
      sha256,
      place: reader.place,
      dataKind: reader.dataKind,
      ...limits,
    };
    const written = await writeReport(options.get("report")?.[0], report, files);
    terminal.out(options.has("json") ? jsonOf(report) : `${comparisonPlain(report)}\n`);
    if (!options.has("json")) { for (const name of written) terminal.out(`Written: ${name}\n`); }
    return comparison.verdict === "equal" ? 0 : 1;
  } finally {
    await reader.close();
  }
}

function needed(options: Options, name: "symbol" | "with"): string {
  const value = options.get(name)?.[0];
  if (value !== undefined && value !== "") return value;
  throw usageError(
    `store compare needs --${name}: deno task store compare --symbol ID --with FILE`,
  );
}

function limitsOf(options: Options): Limits {
  const percent = (name: string, usual: number) => {
    const value = numberOption(options, name, { min: 0 }) ?? usual;
    if (value > 100) throw usageError(`--${name} must be at most 100, got ${value}`);
    return value / 100;
  };
  return {
    tolerance: numberOption(options, "tolerance", { min: 0 }) ?? 0,
    volumeTolerance: percent("volume-tolerance", 0),
    share: percent("share", 100),
  };
}

async function readFile(
  path: string,
  options: Options,
  files: Pick<ByteFiles, "read">,
): Promise<{ readonly file: BarsFile; readonly sha256: string }> {
  const reading = barFileReading(options);
  return await asUsage(async () => {
    const bytes = await readGivenBytes(path, "--with", files, MOST_PACKED);
    const hash = new Sha256();
    hash.update(bytes);
    const file = await readBarsTable(bytes, { file: basename(path), ...reading });
    return { file, sha256: hash.finish() };
  });
}

/** An exit code of 1 means that bars differ: what could not be compared is the command line's fault. */
async function asUsage<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const isOurs = error instanceof MarketError &&
      ["file", "bars-file", "import", "not-stored"].includes(error.code);
    if (isOurs) throw new MarketError("usage", "configure", error.message, { cause: error });
    if (error instanceof RangeError) throw usageError(error.message.replace(/\.$/, ""));
    throw error;
  }
}

/** @returns the paths written. */
async function writeReport(
  target: string | undefined,
  report: ComparisonReport,
  files: Files,
): Promise<string[]> {
  if (target === undefined) return [];
  const page = comparisonPage(report);
  if (/\.html?$/i.test(target)) {
    await files.writeText(target, page);
    return [target];
  }
  const name = `compare_${report.instrument.replaceAll(/[^A-Za-z0-9.-]/g, "-")}`;
  const paths = [join(target, `${name}.html`), join(target, `${name}_minutes.csv`)];
  await files.writeText(paths[0]!, page);
  await files.writePieces(paths[1]!, minutesCsv(report.comparison));
  return paths;
}

/** Stretches listed of one side; further ones are counted. */
const MOST_STRETCHES = 1_000;

function jsonOf(report: ComparisonReport): string {
  const { instrument, names, comparison, sha256, place, dataKind } = report;
  const { ours, theirs, differences: _each, ...found } = comparison;
  const side = ({ alone, ...rest }: BarComparison["ours"]) => ({
    ...rest,
    alone: alone.slice(0, MOST_STRETCHES),
    stretchesAlone: alone.length,
  });
  const value = {
    instrument,
    store: { place, dataKind },
    file: { name: names.theirs, sha256 },
    sentences: comparisonSentences(comparison, names),
    ours: side(ours),
    theirs: side(theirs),
    ...found,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
