import { storedKind } from "../model/stored_text.ts";
import { calendarOf } from "../calendar/instrument_calendar.ts";
import { BytePieces } from "../export/byte_pieces.ts";
import { type ExportFormat, exportFormat } from "../export/formats.ts";
import { manifestOf, manifestText, type NamedTableFile } from "../export/manifest.ts";
import type { Table } from "../export/table.ts";
import { TableFile } from "../export/table_file.ts";
import { alignedTable } from "../export/tables/aligned_table.ts";
import { barTable } from "../export/tables/bar_table.ts";
import { type CorrelationPart, correlationTable } from "../export/tables/correlation_table.ts";
import { fullCorrelationTable } from "../export/tables/full_correlation_table.ts";
import { fundingTable } from "../export/tables/funding_table.ts";
import type { Coverage } from "../model/coverage.ts";
import { hasFunding } from "../model/instrument.ts";
import { copiedGrid } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";
import { redact } from "../model/redact.ts";
import { visibleJson } from "../model/visible.ts";
import { type BarTimeframe, barTimeframe, windowOf } from "../model/timeframe.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import { type FileContent, saveFiles } from "../runtime/save_files.ts";
import type { Pair } from "./correlation_board.ts";
import type { Market } from "./market.ts";
import type { HistoryEvent } from "./market_history.ts";

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
 * Writes what the market holds now: `bars_<SYMBOL>_<timeframe>.csv`, of perpetuals `funding_<SYMBOL>.csv`, `aligned_1m.csv`, `correlation.csv` (every slot of
 * every pair and timeframe, recomputed from the final bars, so that healed minutes count),
 * `correlation_full.csv`, `coverage.json`, `events.jsonl`, and `manifest.json`, which says what each table rests on.
 * Unknown values are empty cells. With another format the tables end in `.json`, `.xlsx` or `.parquet`.
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
  const { timeframes = ["1m"] } = options;
  const format = exportFormat(options.format ?? "csv");
  const tables = tablesOf(market, timeframes.map(barTimeframe), to).map(
    ({ name, what, parameters, table }): NamedTableFile => {
      return { name: `${name}.${format}`, what, parameters, file: new TableFile(table, format) };
    },
  );
  const { source } = market;
  const stored = source === "stored" ? storedFacts(market) : undefined;
  const ids = market.instruments.map((instrument) => instrument.id);
  const coverage = coverageJson(source, ids.map((id) => market.coverage(id)), events);
  const happened = [...events];
  const contents: Record<string, FileContent> = {
    ...Object.fromEntries(tables.map(({ name, file }) => [name, () => file.pieces()])),
    "coverage.json": coverage,
    "events.jsonl": () => eventLines(happened),
    // Made when the tables are written, and known.
    "manifest.json":
      () => [encoder.encode(manifestText(manifestOf(source, tables, stored && { stored })))],
  };
  const what = `The export to ${dir}`;
  return await saveFiles(dir, contents, { files, what, isPrivate: true });
}

const encoder = new TextEncoder();

/** What the rows rest on where no feed runs. */
function storedFacts(market: Market) {
  const kinds = new Set(market.instruments.map(({ id }) => storedKind(market.sourceOf(id))));
  const { venueTime } = market;
  return { kind: [...kinds].join(" and "), to: Number.isNaN(venueTime) ? null : venueTime };
}

/** A table of an export, and the name of its file without the ending. */
interface NamedTable {
  readonly name: string;
  readonly what: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly table: Table;
}

/** The tables of an export: of what the market holds now, though they are made when they are written. */
function tablesOf(
  market: Market,
  timeframes: readonly BarTimeframe[],
  to: number,
): NamedTable[] {
  const ids = market.instruments.map(({ id }) => id);
  // The market goes on while the files are written.
  const grids = new Map(ids.map((id) => [id, copiedGrid(market.minuteGrid(id))]));
  // An index that is away makes no minute of the others incomplete.
  const traded = market.instruments.filter(({ kind }) => kind !== "index").map(({ id }) => id);
  const end = Number.isFinite(to) ? to : null;
  const bars = ids.flatMap((symbol) =>
    timeframes.map((timeframe): NamedTable => {
      return {
        name: `bars_${symbol}_${timeframe}`,
        what: "bars",
        parameters: { symbol, timeframe, to: end },
        table: barTable(market.bars(symbol, { timeframe, to })),
      };
    })
  );
  const { windows, source } = market;
  const asked = timeframes.filter((timeframe) => timeframe === "4h" || timeframe === "1d");
  const correlated = [...market.timeframes, ...asked];
  const parts = correlated.flatMap((timeframe) =>
    market.pairs.map((pair): CorrelationPart => {
      const a = grids.get(pair.a)!, b = grids.get(pair.b)!;
      const window = windowOf(windows, timeframe);
      return { pair: pair.name, a, b, calendars: calendarsOf(market, pair), timeframe, window };
    })
  );
  const pairs = market.pairs.map(({ name }) => name);
  const parameters = { pairs, timeframes: correlated, to: end };
  return [
    ...bars,
    ...fundingTables(market, to),
    {
      name: "aligned_1m",
      what: "aligned",
      parameters: { instruments: traded, timeframe: "1m", to: end },
      table: alignedTable(new Map(traded.map((id) => [id, grids.get(id)!])), { to }),
    },
    {
      name: "correlation",
      what: "correlation",
      parameters: { ...parameters, windows },
      table: correlationTable(parts, { to }),
    },
    {
      name: "correlation_full",
      what: "correlation over all minutes",
      parameters,
      table: fullCorrelationTable(parts, { source, to }),
    },
  ];
}

/** Of perpetuals: what fell due in the minutes that are held, and as the last of them ended. */
function fundingTables(market: Market, to: number): NamedTable[] {
  return market.instruments.filter(hasFunding).map(({ id: symbol }) => {
    const { start, length } = market.minuteGrid(symbol);
    const range = { from: start, to: Math.min(to, start + length * MINUTE) + 1 };
    return {
      name: `funding_${symbol}`,
      what: "funding",
      parameters: { symbol, to: Number.isFinite(to) ? to : null },
      table: fundingTable(market.funding(symbol).payments, range),
    };
  });
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

/** An event a line; an alert is its body: a line has the same fields as a webhook. */
function* eventLines(events: readonly HistoryEvent[]): Generator<Uint8Array> {
  const pieces = new BytePieces();
  for (const event of events) {
    const plain = plainOf(event);
    pieces.add(`${visibleJson(JSON.stringify(plain, plainError))}\n`);
    if (pieces.isFull) yield pieces.take();
  }
  yield pieces.take();
}

function plainOf(event: HistoryEvent): object {
  if (event.kind === "alert") return { kind: event.kind, ...event.change.body };
  return event.kind === "delivery" ? { kind: event.kind, ...event.receipt } : event;
}

/** Errors have no enumerable text of their own; secrets are masked. */
function plainError(_key: string, value: unknown): unknown {
  if (value instanceof Error) return { ...value, message: redact(value.message) };
  return typeof value === "string" ? redact(value) : value;
}
