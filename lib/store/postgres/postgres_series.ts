import type { Cell } from "../../runtime/database_answer.ts";
import type { BarBatch, TradeColumns } from "../store.ts";
import { rowsOf } from "../tables/connection.ts";
import type { DayDigests } from "../tables/day_digests.ts";
import {
  barCells,
  type BarChange,
  digestTrade,
  REVISION,
  type SeriesWriter,
} from "../tables/series_writer.ts";
import { nextTurn } from "../tables/turns.ts";
import { arrayText, copyRows } from "./copy_rows.ts";
import type { Partitions } from "./partitions.ts";
import type { PostgresTransaction } from "./postgres_client.ts";

/** Rows that go to the server together. */
const PIECE = 5_000;
/** So many new rows are worth a COPY; fewer go by one statement, a way there and back. */
const WORTH_COPY = 500;

/** Writes bars and trades by sets, within a transaction. */
export class PostgresSeries implements SeriesWriter {
  readonly #sql: PostgresTransaction;
  readonly #partitions: Partitions;

  constructor(sql: PostgresTransaction, partitions: Partitions) {
    this.#sql = sql;
    this.#partitions = partitions;
  }

  async writeBars(
    number: number,
    batch: BarBatch,
    run: string,
    digests: DayDigests,
  ): Promise<BarChange> {
    const written: number[] = [];
    const { openTime } = batch.bars;
    let bars = 0;
    await this.#partitions.prepare(this.#sql, "bars", openTime);
    for (let first = 0; first < openTime.length; first += PIECE) {
      const last = Math.min(first + PIECE, openTime.length);
      bars += await this.#writeBarPiece({ number, batch, run, digests, written }, first, last);
      await nextTurn();
    }
    return { bars, revisions: written.length - bars, written };
  }

  /** @returns how many are new. */
  async #writeBarPiece(into: BarRun, first: number, last: number): Promise<number> {
    const { number, batch, run, digests, written } = into;
    const { stepMs, bars } = batch;
    const there = await this.#barsAt(number, stepMs, bars.openTime.subarray(first, last));
    const inserted = new Map<number, Cell[]>(), revised = new Map<number, Cell[]>();
    for (let row = first; row < last; row++) {
      const openTime = bars.openTime[row]!;
      const old = there.get(openTime);
      if (old !== undefined && bars.revision[row]! <= Number(old[REVISION])) continue;
      const cells = barCells(batch, row, run);
      const digest = digests.of(number, stepMs, openTime);
      digest.add(cells);
      if (old !== undefined) digest.remove(old);
      // A bar may come more than once in a batch: its newest revision is what is written.
      (old === undefined || inserted.has(openTime) ? inserted : revised).set(openTime, cells);
      there.set(openTime, cells);
      written.push(row);
    }
    const keyed = (cells: readonly Cell[]) => [number, stepMs, ...cells];
    if (inserted.size >= WORTH_COPY) {
      await copyRows(this.#sql, "bars", BAR_COLUMNS, [...inserted.values()].map(keyed));
    } else await this.#putBars([...inserted.values()].map(keyed));
    await this.#putBars([...revised.values()].map(keyed));
    return inserted.size;
  }

  async #barsAt(
    number: number,
    stepMs: number,
    times: Float64Array,
  ): Promise<Map<number, readonly Cell[]>> {
    let from = Infinity, to = -Infinity;
    for (const time of times) {
      from = Math.min(from, time);
      to = Math.max(to, time);
    }
    const wanted = arrayText([...times]);
    const rows = await rowsOf(this.#sql, FIND_BARS, number, stepMs, from, to, wanted);
    return new Map(rows.map((row) => [Number(row[0]), row]));
  }

  async #putBars(rows: readonly (readonly Cell[])[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#sql.ask(PUT_BARS, ...columnTexts(rows));
  }

  async writeTrades(number: number, trades: TradeColumns, digests: DayDigests): Promise<number> {
    const { length } = trades.id;
    let written = 0;
    await this.#partitions.prepare(this.#sql, "trades", trades.time);
    for (let first = 0; first < length; first += PIECE) {
      const rows = distinctTrades(trades, first, Math.min(first + PIECE, length));
      for (const row of await this.#writeTradePiece(number, trades, rows)) {
        digestTrade(digests, number, trades, row);
        written++;
      }
      await nextTurn();
    }
    return written;
  }

  /** @returns the rows that are new. */
  async #writeTradePiece(
    number: number,
    trades: TradeColumns,
    rows: ReadonlyMap<string, number>,
  ): Promise<Iterable<number>> {
    const cells = [...rows.values()].map((row) => tradeCells(number, trades, row));
    if (rows.size >= WORTH_COPY && !await this.#hasTrades(number, trades, rows)) {
      await copyRows(this.#sql, "trades", TRADE_COLUMNS, cells);
      return rows.values();
    }
    const inserted = await rowsOf(this.#sql, PUT_TRADES, ...columnTexts(cells));
    return inserted.map(([time, id]) => rows.get(`${time} ${id}`)!);
  }

  /** Whether any trade is there between the first and the last of some. */
  async #hasTrades(
    number: number,
    trades: TradeColumns,
    rows: ReadonlyMap<string, number>,
  ): Promise<boolean> {
    let from = Infinity, to = -Infinity;
    for (const row of rows.values()) {
      from = Math.min(from, trades.time[row]!);
      to = Math.max(to, trades.time[row]!);
    }
    return (await rowsOf(this.#sql, ANY_TRADE, number, from, to)).length > 0;
  }
}

/** Bars of one batch on their way into the table. */
interface BarRun {
  readonly number: number;
  readonly batch: BarBatch;
  readonly run: string;
  readonly digests: DayDigests;
  /** Rows that were written, added to. */
  readonly written: number[];
}

/** Rows by their time and id; of those that come twice, the first. */
function distinctTrades(trades: TradeColumns, first: number, last: number): Map<string, number> {
  const rows = new Map<string, number>();
  for (let row = first; row < last; row++) {
    const key = `${trades.time[row]} ${trades.id[row]}`;
    if (!rows.has(key)) rows.set(key, row);
  }
  return rows;
}

function tradeCells(number: number, trades: TradeColumns, row: number): Cell[] {
  return [
    number,
    trades.time[row]!,
    trades.id[row]!,
    trades.received[row]!,
    trades.price[row]!,
    trades.size[row]!,
    trades.side[row]!,
  ];
}

/** Rows as the texts of arrays, one a column. */
function columnTexts(rows: readonly (readonly Cell[])[]): string[] {
  return rows[0]!.map((_, column) => arrayText(rows.map((row) => row[column]!)));
}

const BAR_COLUMNS = "instrument, step, open_time, open, high, low, close, volume, trades, vwap, " +
  "revision, source, run";
const FIND_BARS = `select open_time, open, high, low, close, volume, trades, vwap, revision, source,
  run from bars where instrument = ?1 and step = ?2 and open_time >= ?3 and open_time <= ?4
  and open_time = any(cast(?5 as bigint[]))`;
const PUT_BARS = `insert into bars (${BAR_COLUMNS})
  select * from unnest(${
  arrays("integer", "bigint", "bigint", ...Array(5).fill("double precision"))
},
  ${arraysFrom(9, "bigint", "double precision", "integer", "text", "text")})
  on conflict (instrument, step, open_time) do update set open = excluded.open, high = excluded.high,
  low = excluded.low, close = excluded.close, volume = excluded.volume, trades = excluded.trades,
  vwap = excluded.vwap, revision = excluded.revision, source = excluded.source, run = excluded.run
  where excluded.revision > bars.revision`;

const TRADE_COLUMNS = "instrument, time, id, received, price, size, side";
const PUT_TRADES = `insert into trades (${TRADE_COLUMNS}) select * from unnest(${
  arrays(
    "integer",
    "bigint",
    "bigint",
    "bigint",
    "double precision",
    "double precision",
    "smallint",
  )
}) on conflict (instrument, time, id) do nothing returning time, id`;
const ANY_TRADE =
  "select 1 from trades where instrument = ?1 and time >= ?2 and time <= ?3 limit 1";

function arrays(...types: readonly string[]): string {
  return arraysFrom(1, ...types);
}

function arraysFrom(first: number, ...types: readonly string[]): string {
  return types.map((type, i) => `cast(?${first + i} as ${type}[])`).join(", ");
}
