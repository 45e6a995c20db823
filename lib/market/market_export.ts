import type { Bar } from "../model/bar.ts";
import type { Coverage } from "../model/coverage.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import { redact } from "../model/redact.ts";
import { visibleJson } from "../model/visible.ts";
import { type BarTimeframe, barTimeframe, type Timeframe } from "../model/timeframe.ts";
import type { Files } from "../runtime/files.ts";
import { saveFiles } from "../runtime/save_files.ts";
import { align } from "../sync/align.ts";
import { correlate, correlateAll } from "../sync/pair_correlation.ts";
import type { Market } from "./market.ts";
import type { MarketEvent } from "./market_event.ts";

/** Events worth keeping for the export: what changed the state of a venue, a stream or the coverage. */
export type HistoryEvent = Extract<
  MarketEvent,
  { kind: "transition" | "failure" | "gap" | "heal" | "contract" | "label" | "outage" }
>;

const HISTORY_KINDS = ["transition", "failure", "gap", "heal", "contract", "label", "outage"];

export function isHistory(event: MarketEvent): event is HistoryEvent {
  return HISTORY_KINDS.includes(event.kind);
}

export interface ExportOptions {
  readonly files: Files;
  /** Goes into `events.jsonl`, in order. */
  readonly events: readonly HistoryEvent[];
  /** Lengths of bars, a file each: `bars_ES_1h.csv`. Correlations and alignment stay as they are. @default ["1m"] */
  readonly timeframes?: readonly BarTimeframe[];
  /** Minutes that open before this time are exported, epoch ms UTC. @default all */
  readonly to?: number;
}

/**
 * Writes what the market holds: `bars_<SYMBOL>_<timeframe>.csv`, `aligned_1m.csv`, `correlation.csv` (every slot of
 * every pair and timeframe, recomputed from the final bars, so that healed minutes count),
 * `correlation_full.csv`, `coverage.json` and `events.jsonl`. Unknown values are empty cells.
 *
 * @param dir folder to write to; made when it is not there.
 * @returns the names of the files written.
 * @throws {MarketError} `not-saved` naming what was saved and what was not; one file that fails leaves the others alone.
 */
export async function exportMarket(
  market: Market,
  dir: string,
  { files, events, timeframes = ["1m"], to = Infinity }: ExportOptions,
): Promise<string[]> {
  const ids = market.instruments.map((instrument) => instrument.id);
  const grids = new Map(ids.map((id) => [id, market.minuteGrid(id)]));
  // An index that is away makes no minute of the others incomplete.
  const traded = market.instruments.filter(({ kind }) => kind !== "index").map(({ id }) => id);
  const contents: Record<string, string> = {
    ...Object.fromEntries(
      ids.flatMap((id) =>
        timeframes.map((timeframe) => [
          `bars_${id}_${timeframe}.csv`,
          barsCsv(market.bars(id, { timeframe: barTimeframe(timeframe), to })),
        ])
      ),
    ),
    "aligned_1m.csv": alignedCsv(new Map(traded.map((id) => [id, grids.get(id)!])), to),
    "correlation.csv": correlationCsv(market, grids, to),
    "correlation_full.csv": fullCsv(market, grids, to),
    "coverage.json": coverageJson(market.source, ids.map((id) => market.coverage(id)), events),
    "events.jsonl": events.map((event) => `${visibleJson(JSON.stringify(event, plainError))}\n`)
      .join(""),
  };
  const what = `The export to ${dir}`;
  return await saveFiles(dir, contents, { files, what, isPrivate: true });
}

function barsCsv(bars: readonly Bar[]): string {
  return csv(
    "openTime,open,high,low,close,volume,revision,source",
    bars.map((b) => [
      b.openTime,
      b.open,
      b.high,
      b.low,
      b.close,
      b.volume,
      b.revision,
      b.source,
    ]),
  );
}

function alignedCsv(grids: ReadonlyMap<string, MinuteGrid>, to: number): string {
  const { instruments, openTime, closes, returns, complete } = align(grids, { to });
  const columns = instruments.flatMap((id) => [`${id}_close`, `${id}_return`]);
  return csv(
    ["openTime", ...columns, "complete"].join(","),
    Array.from(openTime, (time, row) => [
      time,
      ...instruments.flatMap((_, i) => [closes[i]![row]!, returns[i]![row]!]),
      complete[row]!,
    ]),
  );
}

function correlationCsv(
  market: Market,
  grids: ReadonlyMap<string, MinuteGrid>,
  to: number,
): string {
  const rows = market.timeframes.flatMap((timeframe) =>
    market.pairs.flatMap((pair) =>
      pairRows(
        pair.name,
        timeframe,
        market.windows[timeframe],
        grids.get(pair.a)!,
        grids.get(pair.b)!,
        to,
      )
    )
  );
  return csv("openTime,pair,timeframe,window,n,expected,r,lo,hi", rows);
}

function pairRows(
  pair: string,
  timeframe: Timeframe,
  window: number,
  a: MinuteGrid,
  b: MinuteGrid,
  to: number,
): Cell[][] {
  const series = correlate(a, b, { timeframe, window, to });
  return Array.from(series.openTime, (time, i) => [
    time,
    pair,
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
function fullCsv(market: Market, grids: ReadonlyMap<string, MinuteGrid>, to: number): string {
  const { source } = market;
  const rows = market.timeframes.flatMap((timeframe) =>
    market.pairs.map(({ name, a, b }) => {
      const estimate = correlateAll(grids.get(a)!, grids.get(b)!, { timeframe, source, to });
      const { n, expected, from, to: end } = estimate;
      const [r, lo, hi] = estimate.kind === "ok"
        ? [estimate.value, ...estimate.ci]
        : [NaN, NaN, NaN];
      return [name, timeframe, n, expected, r!, lo!, hi!, from, end];
    })
  );
  return csv("pair,timeframe,n,expected,r,lo,hi,from,to", rows);
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

type Cell = number | string;

/** NaN is an empty cell: unknown is never 0. */
function csv(head: string, rows: readonly (readonly Cell[])[]): string {
  const lines = rows.map((row) => row.map((cell) => Number.isNaN(cell) ? "" : `${cell}`).join(","));
  return `${[head, ...lines].join("\n")}\n`;
}

/** Errors have no enumerable text of their own; secrets are masked. */
function plainError(_key: string, value: unknown): unknown {
  if (value instanceof Error) return { ...value, message: redact(value.message) };
  return typeof value === "string" ? redact(value) : value;
}
