import { calendarOf } from "../calendar/instrument_calendar.ts";
import type { Bar } from "../model/bar.ts";
import type { Coverage } from "../model/coverage.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import { redact } from "../model/redact.ts";
import { visibleJson } from "../model/visible.ts";
import {
  type BarTimeframe,
  barTimeframe,
  type CorrelatedTimeframe,
  windowOf,
} from "../model/timeframe.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import { saveFiles } from "../runtime/save_files.ts";
import { align } from "../sync/align.ts";
import { correlateAllDays, correlateDays } from "../sync/day_correlation.ts";
import { correlate, correlateAll } from "../sync/pair_correlation.ts";
import type { Pair } from "./correlation_board.ts";
import type { Market } from "./market.ts";
import type { HistoryEvent } from "./market_history.ts";

/** How tables are written: `csv`, or `json` as `{ columns, data }` with a row an array and `null` for unknown. */
export type ExportFormat = "csv" | "json";

const FORMATS: readonly ExportFormat[] = ["csv", "json"];

export interface ExportOptions {
  /** @default the machine's disk */
  readonly files?: Files;
  /** Goes into `events.jsonl`, in order. @default what the market remembers, the newest 10,000 */
  readonly events?: readonly HistoryEvent[];
  /** @default "csv" */
  readonly format?: ExportFormat;
  /**
   * Lengths of bars, a file each: `bars_ES_1h.csv`. Where `4h` or `1d` is among them it is correlated too; days of crypto
   * are those of UTC in its file, and the future's sessions in a correlation with one. @default ["1m"]
   */
  readonly timeframes?: readonly BarTimeframe[];
  /** Minutes that open before this time are exported, epoch ms UTC. @default all */
  readonly to?: number;
}

/**
 * Writes what the market holds: `bars_<SYMBOL>_<timeframe>.csv`, `aligned_1m.csv`, `correlation.csv` (every slot of
 * every pair and timeframe, recomputed from the final bars, so that healed minutes count),
 * `correlation_full.csv`, `coverage.json` and `events.jsonl`. Unknown values are empty cells. With `format: "json"`
 * the tables end in `.json`.
 *
 * @param dir folder to write to; made when it is not there.
 * @returns the names of the files written.
 * @throws {RangeError} for an unknown format or timeframe, before anything is written.
 * @throws {MarketError} `not-saved` naming what was saved and what was not; one file that fails leaves the others alone.
 */
export async function exportMarket(
  market: Market,
  dir: string,
  options: ExportOptions = {},
): Promise<string[]> {
  const { files = systemFiles, events = market.history, to = Infinity } = options;
  const { timeframes = ["1m"], format = "csv" } = options;
  if (!FORMATS.includes(format)) {
    throw new RangeError(`format must be one of ${FORMATS.join(", ")}, got ${format}`);
  }
  const tables = tablesOf(market, timeframes.map(barTimeframe), to);
  const ids = market.instruments.map((instrument) => instrument.id);
  const write = format === "csv" ? csvText : jsonText;
  const contents: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(tables).map(([name, table]) => [`${name}.${format}`, write(table)]),
    ),
    "coverage.json": coverageJson(market.source, ids.map((id) => market.coverage(id)), events),
    "events.jsonl": events.map(eventLine).join(""),
  };
  const what = `The export to ${dir}`;
  return await saveFiles(dir, contents, { files, what, isPrivate: true });
}

type Cell = number | string | boolean;

/** Rows under named columns; NaN is unknown. */
interface Table {
  readonly columns: readonly string[];
  readonly data: readonly (readonly Cell[])[];
}

/** The tables of an export, by the names of their files. */
function tablesOf(
  market: Market,
  timeframes: readonly BarTimeframe[],
  to: number,
): Record<string, Table> {
  const ids = market.instruments.map(({ id }) => id);
  const grids = new Map(ids.map((id) => [id, market.minuteGrid(id)]));
  // An index that is away makes no minute of the others incomplete.
  const traded = market.instruments.filter(({ kind }) => kind !== "index").map(({ id }) => id);
  const asked = timeframes.filter((timeframe) => timeframe === "4h" || timeframe === "1d");
  const correlated = [...market.timeframes, ...asked];
  const bars = ids.flatMap((id) =>
    timeframes.map((timeframe): [string, Table] => [
      `bars_${id}_${timeframe}`,
      barsTable(market.bars(id, { timeframe, to })),
    ])
  );
  return {
    ...Object.fromEntries(bars),
    aligned_1m: alignedTable(new Map(traded.map((id) => [id, grids.get(id)!])), to),
    correlation: correlationTable(market, grids, correlated, to),
    correlation_full: fullTable(market, grids, correlated, to),
  };
}

function barsTable(bars: readonly Bar[]): Table {
  return {
    columns: ["openTime", "open", "high", "low", "close", "volume", "revision", "source"],
    data: bars.map((b) => [
      b.openTime,
      b.open,
      b.high,
      b.low,
      b.close,
      b.volume,
      b.revision,
      b.source,
    ]),
  };
}

function alignedTable(grids: ReadonlyMap<string, MinuteGrid>, to: number): Table {
  const { instruments, openTime, closes, returns, complete } = align(grids, { to });
  const columns = instruments.flatMap((id) => [`${id}_close`, `${id}_return`]);
  return {
    columns: ["openTime", ...columns, "complete"],
    data: Array.from(openTime, (time, row) => [
      time,
      ...instruments.flatMap((_, i) => [closes[i]![row]!, returns[i]![row]!]),
      complete[row]!,
    ]),
  };
}

function correlationTable(
  market: Market,
  grids: ReadonlyMap<string, MinuteGrid>,
  timeframes: readonly CorrelatedTimeframe[],
  to: number,
): Table {
  const data = timeframes.flatMap((timeframe) =>
    market.pairs.flatMap((pair) => pairRows(market, pair, timeframe, grids, to))
  );
  const columns = ["openTime", "pair", "timeframe", "window", "n", "expected", "r", "lo", "hi"];
  return { columns, data };
}

function pairRows(
  market: Market,
  pair: Pair,
  timeframe: CorrelatedTimeframe,
  grids: ReadonlyMap<string, MinuteGrid>,
  to: number,
): Cell[][] {
  const window = windowOf(market.windows, timeframe);
  const a = grids.get(pair.a)!, b = grids.get(pair.b)!;
  const series = timeframe === "1d"
    ? correlateDays(a, b, { calendars: calendarsOf(market, pair), window, to })
    : correlate(a, b, { timeframe, window, to });
  return Array.from(series.openTime, (time, i) => [
    time,
    pair.name,
    timeframe,
    window,
    series.n[i]!,
    series.expected[i]!,
    series.r[i]!,
    series.lo[i]!,
    series.hi[i]!,
  ]);
}

/** Each pair over all minutes exported: none that passed while the last ones were healed. */
function fullTable(
  market: Market,
  grids: ReadonlyMap<string, MinuteGrid>,
  timeframes: readonly CorrelatedTimeframe[],
  to: number,
): Table {
  const { source } = market;
  const data = timeframes.flatMap((timeframe) =>
    market.pairs.map((pair) => {
      const { name } = pair, a = grids.get(pair.a)!, b = grids.get(pair.b)!;
      const estimate = timeframe === "1d"
        ? correlateAllDays(a, b, { calendars: calendarsOf(market, pair), source, to })
        : correlateAll(a, b, { timeframe, source, to });
      const { n, expected, from, to: end } = estimate;
      const [r, lo, hi] = estimate.kind === "ok"
        ? [estimate.value, ...estimate.ci]
        : [NaN, NaN, NaN];
      return [name, timeframe, n, expected, r!, lo!, hi!, from, end];
    })
  );
  return {
    columns: ["pair", "timeframe", "n", "expected", "r", "lo", "hi", "from", "to"],
    data,
  };
}

function calendarsOf({ instruments }: Market, { a, b }: Pair) {
  const of = (id: string) => calendarOf(instruments.find((one) => one.id === id)!);
  return [of(a), of(b)] as const;
}

/** Per stream: the counts, every hole that opened (healed since or not), and every heal. */
function coverageJson(
  source: string,
  coverage: readonly Coverage[],
  events: readonly HistoryEvent[],
): string {
  const gapsOf = (instrument: string) =>
    events.flatMap((event) =>
      event.kind === "gap" && event.instrument === instrument
        ? [{ from: event.from, to: event.to, reason: event.reason }]
        : []
    );
  const streams = Object.fromEntries(
    coverage.map((c) => [c.instrument, { ...c, gaps: gapsOf(c.instrument) }]),
  );
  return `${visibleJson(JSON.stringify({ source, streams }, null, 2))}\n`;
}

/** NaN is an empty cell: unknown is never 0. */
function csvText({ columns, data }: Table): string {
  const lines = data.map((row) => row.map((cell) => Number.isNaN(cell) ? "" : `${cell}`).join(","));
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}

/** A row a line; NaN is null. */
function jsonText({ columns, data }: Table): string {
  const rows = data.map((row) => JSON.stringify(row)).join(",\n");
  return visibleJson(`{"columns":${JSON.stringify(columns)},"data":[\n${rows}\n]}\n`);
}

/** An alert is its body: a line has the same fields as a webhook. */
function eventLine(event: HistoryEvent): string {
  const plain = event.kind === "alert" ? { kind: event.kind, ...event.change.body } : event;
  return `${visibleJson(JSON.stringify(plain, plainError))}\n`;
}

/** Errors have no enumerable text of their own; secrets are masked. */
function plainError(_key: string, value: unknown): unknown {
  if (value instanceof Error) return { ...value, message: redact(value.message) };
  return typeof value === "string" ? redact(value) : value;
}
