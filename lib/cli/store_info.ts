import { alignedLines } from "../model/text_columns.ts";
import { formatUtc, MINUTE } from "../model/time.ts";
import { BAR_TIMEFRAMES, stepOf } from "../model/timeframe.ts";
import type { Terminal } from "../runtime/terminal.ts";
import type { StoredDay, StoreInfo, StoreReader } from "../store/store.ts";
import { type OptionSpec, parseArguments, usageOf } from "./arguments.ts";
import { openPlace, STORE_OPTIONS } from "./store_place.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  ...STORE_OPTIONS,
  json: { help: "as JSON" },
  help: { help: "show this text" },
};

/** What is stored of one instrument and length of bars. */
interface StoredSeries {
  readonly instrument: string;
  /** `trades`, `1m bars`, … */
  readonly what: string;
  readonly rows: number;
  /** First and last day of UTC, `2026-01-26`. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly days: number;
  /** Minutes known to be missing. */
  readonly missing: number;
}

/** `deno task store info`: what is stored, of what kind, since when. Opens the store to read. @returns exit code */
export async function storeInfo(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("store info", "Shows what is stored.", OPTIONS));
    return 0;
  }
  const { reader } = await openPlace(options, terminal);
  try {
    const info = await reader.info();
    const series = await seriesOf(reader, info.days);
    terminal.out(options.has("json") ? jsonOf(info, series) : pageOf(info, series));
    return 0;
  } finally {
    await reader.close();
  }
}

async function seriesOf(
  reader: StoreReader,
  days: readonly StoredDay[],
): Promise<StoredSeries[]> {
  const found: StoredSeries[] = [];
  const groups = Map.groupBy(days, ({ instrument, stepMs }) => `${stepMs} ${instrument}`);
  for (const group of groups.values()) {
    const { instrument, stepMs } = group[0]!;
    const known = group.map(({ day }) => day);
    const all = { instrument, stepMs, from: -Infinity, to: Infinity };
    const lacking = (await reader.coverage(all)).filter(({ state }) =>
      state === "missing" || state === "healing"
    );
    found.push({
      instrument,
      what: nameOf(stepMs),
      rows: group.reduce((sum, { rows }) => sum + rows, 0),
      firstDay: dayText(Math.min(...known)),
      lastDay: dayText(Math.max(...known)),
      days: group.length,
      missing: Math.round(lacking.reduce((sum, { from, to }) => sum + to - from, 0) / MINUTE),
    });
  }
  return found;
}

function nameOf(stepMs: number): string {
  if (stepMs === 0) return "trades";
  const timeframe = BAR_TIMEFRAMES.find((one) => stepOf(one) === stepMs);
  return `${timeframe ?? `${stepMs / 1_000} s`} bars`;
}

function dayText(time: number): string {
  return formatUtc(time).slice(0, 10);
}

function pageOf(info: StoreInfo, series: readonly StoredSeries[]): string {
  const facts = [
    ["store", info.place],
    ["kind of data", info.dataKind],
    ["schema", `${info.schema}`],
    ["size", sizeText(info.bytes)],
  ];
  const lines = alignedLines(facts);
  if (series.length === 0) return `${lines.join("\n")}\n\nNothing is stored yet.\n`;
  const head = ["instrument", "what", "rows", "first day", "last day", "days", "missing min"];
  const rows = series.map((one) => [
    one.instrument,
    one.what,
    one.rows.toLocaleString("en-US"),
    one.firstDay,
    one.lastDay,
    `${one.days}`,
    one.missing.toLocaleString("en-US"),
  ]);
  const sides = ["left", "left", "right", "left", "left", "right", "right"] as const;
  return `${lines.join("\n")}\n\n${alignedLines([head, ...rows], { sides }).join("\n")}\n`;
}

function jsonOf({ dataKind, place, schema, bytes }: StoreInfo, series: readonly StoredSeries[]) {
  return `${JSON.stringify({ place, dataKind, schema, bytes, series }, null, 2)}\n`;
}

/** `12.3 MB`. */
export function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
