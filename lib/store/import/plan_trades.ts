import { csvCells } from "../../bars/csv/cells.ts";
import { CsvLines } from "../../bars/csv/lines.ts";
import type { Instrument } from "../../model/instrument.ts";
import { formatUtc, SECOND } from "../../model/time.ts";
import type { StoredCoverage, TradeColumns } from "../store.ts";
import { importRefusal } from "./import_refusal.ts";
import { type ImportPlan, MOST_NAMED, type RefusedRow } from "./import_plan.ts";
import { type TradeLayout, tradeLayout } from "./trade_layout.ts";

/** How a file of trades is to be imported. */
export interface TradesImport {
  readonly name: string;
  readonly instrument: Instrument;
  /** Which trades have the ids that are stored of the instrument. @default "single" */
  readonly tradeIds?: "single" | "aggregate";
  /** The time of this machine, epoch ms. */
  readonly now: number;
}

/** Above it a time is in microseconds: as milliseconds it would be of the year 5138. */
const MICROSECONDS = 1e14;
const IDS_JUMP = "ids jump within this millisecond";
/** Trades may be a little ahead of the clock of this machine. */
const AHEAD_MS = 5 * SECOND;

interface Trade {
  readonly id: number;
  readonly time: number;
  readonly received: number;
  readonly price: number;
  readonly size: number;
  readonly side: -1 | 0 | 1;
}

/**
 * What the trades of a CSV file would become: an export of Comove, or a file of Binance's archive, with or without its
 * header, in ms or µs. Undefined for a file of anything else.
 *
 * @throws {MarketError} `import` for trades whose ids are others than those that are stored of the instrument.
 */
export function planTrades(text: string, options: TradesImport): ImportPlan | undefined {
  const { name, instrument, tradeIds = "single" } = options;
  const lines = new CsvLines(text);
  const layout = tradeLayout(csvCells(lines.next() ?? ""));
  if (layout === undefined) return undefined;
  if (layout.kind !== undefined && layout.kind !== tradeIds) {
    const wanted = tradeIds === "single" ? "single trades" : "aggregate trades (aggTrades)";
    throw importRefusal(
      `${name} cannot be imported: it holds ${layout.kind} trades, and ${instrument.id} is stored as ${wanted}, ` +
        "whose ids are others. Download that file of the archive.",
    );
  }
  const { trades, refused, named, repeats } = readTrades(text, layout, options);
  return {
    what: "trades",
    rows: trades.length,
    refused,
    named,
    repeats,
    obstacles: [],
    batch: {
      instruments: [instrument],
      trades: [{ instrument: instrument.id, trades: columnsOf(trades) }],
      coverage: coverageOf(instrument.id, trades),
    },
  };
}

function readTrades(text: string, layout: TradeLayout, { now }: TradesImport) {
  const named: RefusedRow[] = [];
  let refused = 0, repeats = 0;
  const lines = new CsvLines(text);
  if (layout.hasNames) lines.next();
  const read: Trade[] = [];
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    if (line.trim() === "") continue;
    const trade = tradeIn(csvCells(line), layout, now);
    if (typeof trade !== "string") read.push(trade);
    else if (refused++ < MOST_NAMED) named.push({ row: `line ${lines.number}`, reason: trade });
  }
  read.sort((a, b) => a.time - b.time || a.id - b.id);
  const trades: Trade[] = [];
  for (const trade of read) {
    const last = trades.at(-1);
    if (last === undefined || last.id !== trade.id || last.time !== trade.time) trades.push(trade);
    else if (last.price === trade.price && last.size === trade.size) repeats++;
    else if (refused++ < MOST_NAMED) {
      const reason = "it is there twice, with other values";
      named.push({ row: `trade ${trade.id}`, reason });
    }
  }
  return { trades, refused, named, repeats };
}

/** A trade, or why the cells are none. */
function tradeIn(cells: readonly string[], layout: TradeLayout, now: number): Trade | string {
  if (cells.length !== layout.width) return `it has ${cells.length} cells, not ${layout.width}`;
  const id = wholeOf(cells[layout.id]!);
  if (id === undefined) return `id "${cells[layout.id]!.slice(0, 40)}" is no whole number`;
  const stamp = wholeOf(cells[layout.time]!);
  if (stamp === undefined) return `time "${cells[layout.time]!.slice(0, 40)}" is no whole number`;
  const time = Math.floor(stamp >= MICROSECONDS ? stamp / 1_000 : stamp);
  if (time > now + AHEAD_MS) return `its time ${formatUtc(time)} has not come yet`;
  const price = positive(cells[layout.price]!);
  if (price === undefined) return `price "${cells[layout.price]!.slice(0, 40)}" is no price`;
  const size = positive(cells[layout.size]!);
  if (size === undefined) return `size "${cells[layout.size]!.slice(0, 40)}" is no size`;
  const received = layout.received === undefined ? time : wholeOf(cells[layout.received]!) ?? time;
  return { id, time, received, price, size, side: sideOf(cells, layout) };
}

function sideOf(cells: readonly string[], { side, isBuyerMaker }: TradeLayout): -1 | 0 | 1 {
  if (isBuyerMaker !== undefined) {
    const text = cells[isBuyerMaker]!.toLowerCase();
    return text === "true" ? -1 : text === "false" ? 1 : 0;
  }
  const text = side === undefined ? "" : cells[side]!;
  return text === "1" ? 1 : text === "-1" ? -1 : 0;
}

function wholeOf(text: string): number | undefined {
  const value = /^\d{1,19}(\.0+)?$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

function positive(text: string): number | undefined {
  const value = /^\d*\.?\d+(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function columnsOf(trades: readonly Trade[]): TradeColumns {
  const column = (of: (trade: Trade) => number) => Float64Array.from(trades, of);
  return {
    id: column(({ id }) => id),
    time: column(({ time }) => time),
    received: column(({ received }) => received),
    price: column(({ price }) => price),
    size: column(({ size }) => size),
    side: Int8Array.from(trades, ({ side }) => side),
  };
}

/** Lets the last stretch end before a time, or be gone. */
function cutLast(found: StoredCoverage[], to: number): void {
  const last = found.pop()!;
  if (last.from < to) found.push({ ...last, to });
}

/** Stretches in which no id is missing, each to its last trade. */
function coverageOf(instrument: string, trades: readonly Trade[]): StoredCoverage[] {
  const found: StoredCoverage[] = [];
  const shared = { instrument, stepMs: 0 };
  let from = 0;
  for (let row = 1; row <= trades.length; row++) {
    const before = trades[row - 1]!;
    if (row < trades.length && trades[row]!.id === before.id + 1) continue;
    const stretch = { from: trades[from]!.time, to: before.time + 1 };
    const last = found.at(-1);
    from = row;
    // Ids that jump within one ms leave no time between them: that ms is not whole.
    if (last !== undefined && stretch.from < last.to) {
      if (last.state === "complete") cutLast(found, stretch.from);
      if (found.at(-1)?.state !== "missing" || found.at(-1)!.to <= stretch.from) {
        const to = stretch.from + 1;
        found.push({ ...shared, from: stretch.from, to, state: "missing", reason: IDS_JUMP });
      }
      if (stretch.to <= stretch.from + 1) continue;
      stretch.from++;
    }
    found.push({ ...shared, ...stretch, state: "complete", reason: "imported" });
  }
  return found;
}
