import type { Cell } from "../../runtime/database_answer.ts";
import type { TradeColumns } from "../store.ts";
import { rowsOf, rowsOfEach } from "../tables/connection.ts";
import type { DayDigests } from "../tables/day_digests.ts";
import {
  barCells,
  type BarChange,
  digestTrade,
  type NumberedBars,
  type NumberedTrades,
  REVISION,
  type SeriesWriter,
} from "../tables/series_writer.ts";
import { nextTurn } from "../tables/turns.ts";
import { arrayText, copyRows } from "./copy_rows.ts";
import { piecesOf, type Slice } from "./pieces_of.ts";
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
    parts: readonly NumberedBars[],
    run: string,
    digests: DayDigests,
  ): Promise<readonly BarChange[]> {
    const counts = parts.map((): BarCount => ({ bars: 0, written: [] }));
    for (const { batch } of parts) {
      await this.#partitions.prepare(this.#sql, "bars", batch.bars.openTime);
    }
    for (const slices of piecesOf(parts.map(({ batch }) => batch.bars.openTime.length), PIECE)) {
      await this.#writeBarPiece({ parts, run, digests, counts }, slices);
      await nextTurn();
    }
    return counts.map(({ bars, written }) => ({ bars, revisions: written.length - bars, written }));
  }

  async #writeBarPiece(into: BarRun, slices: readonly Slice[]): Promise<void> {
    const { parts, run, digests, counts } = into;
    const there = await this.#barsAt(parts, slices);
    const inserted = new Map<string, Cell[]>(), revised = new Map<string, Cell[]>();
    for (const { part, first, last } of slices) {
      const { number, batch } = parts[part]!, count = counts[part]!;
      const { stepMs, bars: { openTime, revision } } = batch;
      for (let row = first; row < last; row++) {
        const key = keyOf(number, stepMs, openTime[row]!);
        const old = there.get(key);
        if (old !== undefined && revision[row]! <= Number(old[REVISION])) continue;
        const cells = barCells(batch, row, run);
        const digest = digests.of(number, stepMs, openTime[row]!);
        digest.add(cells);
        if (old === undefined) count.bars++;
        else digest.remove(old);
        // A bar may come more than once in a batch: its newest revision is what is written.
        const isNew = old === undefined || inserted.has(key);
        (isNew ? inserted : revised).set(key, [number, stepMs, ...cells]);
        there.set(key, cells);
        count.written.push(row);
      }
    }
    if (inserted.size >= WORTH_COPY) {
      await copyRows(this.#sql, "bars", BAR_COLUMNS, inserted.values());
    } else await this.#putBars([...inserted.values()]);
    await this.#putBars([...revised.values()]);
  }

  /** What is there of the bars of some slices, by {@link keyOf}. */
  async #barsAt(
    parts: readonly NumberedBars[],
    slices: readonly Slice[],
  ): Promise<Map<string, readonly Cell[]>> {
    const wanted = slices.map(({ part, first, last }) => {
      const { number, batch: { stepMs, bars } } = parts[part]!;
      const times = bars.openTime.subarray(first, last);
      return [number, stepMs, ...endsOf(times), arrayText([...times])];
    });
    const found = await rowsOfEach(this.#sql, FIND_BARS, wanted);
    const there = new Map<string, readonly Cell[]>();
    for (const [i, { part }] of slices.entries()) {
      const { number, batch: { stepMs } } = parts[part]!;
      for (const row of found[i]!) there.set(keyOf(number, stepMs, row[0]!), row);
    }
    return there;
  }

  async #putBars(rows: readonly (readonly Cell[])[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#sql.ask(PUT_BARS, ...columnTexts(rows));
  }

  async writeTrades(parts: readonly NumberedTrades[], digests: DayDigests): Promise<number> {
    let written = 0;
    for (const { trades } of parts) {
      await this.#partitions.prepare(this.#sql, "trades", trades.time);
    }
    for (const slices of piecesOf(parts.map(({ trades }) => trades.id.length), PIECE)) {
      for (const { part, row } of await this.#writeTradePiece(parts, slices)) {
        const { number, trades } = parts[part]!;
        digestTrade(digests, number, trades, row);
        written++;
      }
      await nextTurn();
    }
    return written;
  }

  /** @returns the rows that are new. */
  async #writeTradePiece(
    parts: readonly NumberedTrades[],
    slices: readonly Slice[],
  ): Promise<Iterable<TradePlace>> {
    const places = distinctTrades(parts, slices);
    const cells = [...places.values()].map(({ part, row }) => {
      const { number, trades } = parts[part]!;
      return tradeCells(number, trades, row);
    });
    if (places.size >= WORTH_COPY && !await this.#hasTrades(parts, slices)) {
      await copyRows(this.#sql, "trades", TRADE_COLUMNS, cells);
      return places.values();
    }
    const inserted = await rowsOf(this.#sql, PUT_TRADES, ...columnTexts(cells));
    return inserted.map(([number, time, id]) => places.get(keyOf(number!, time!, id!))!);
  }

  /** Whether any trade is there between the first and the last of some. */
  async #hasTrades(
    parts: readonly NumberedTrades[],
    slices: readonly Slice[],
  ): Promise<boolean> {
    const wanted = slices.map(({ part, first, last }) => {
      const { number, trades } = parts[part]!;
      return [number, ...endsOf(trades.time.subarray(first, last))];
    });
    const found = await rowsOfEach(this.#sql, ANY_TRADE, wanted);
    return found.some((rows) => rows.length > 0);
  }
}

/** New bars of a part, and its rows that were written, added to. */
interface BarCount {
  bars: number;
  readonly written: number[];
}

/** Bars on their way into the table. */
interface BarRun {
  readonly parts: readonly NumberedBars[];
  readonly run: string;
  readonly digests: DayDigests;
  /** Of each part. */
  readonly counts: readonly BarCount[];
}

/** Where a trade stands among parts. */
interface TradePlace {
  readonly part: number;
  readonly row: number;
}

/** What names a row of a long table: instrument, step and time, or instrument, time and id. */
function keyOf(...cells: readonly [Cell, Cell, Cell]): string {
  return cells.join(" ");
}

function endsOf(times: Float64Array): readonly [from: number, to: number] {
  let from = Infinity, to = -Infinity;
  for (const time of times) {
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  return [from, to];
}

/** Trades by what names them; of those that come twice, the first. */
function distinctTrades(
  parts: readonly NumberedTrades[],
  slices: readonly Slice[],
): Map<string, TradePlace> {
  const places = new Map<string, TradePlace>();
  for (const { part, first, last } of slices) {
    const { number, trades } = parts[part]!;
    for (let row = first; row < last; row++) {
      const key = keyOf(number, trades.time[row]!, trades.id[row]!);
      if (!places.has(key)) places.set(key, { part, row });
    }
  }
  return places;
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
}) on conflict (instrument, time, id) do nothing returning instrument, time, id`;
const ANY_TRADE =
  "select 1 from trades where instrument = ?1 and time >= ?2 and time <= ?3 limit 1";

function arrays(...types: readonly string[]): string {
  return arraysFrom(1, ...types);
}

function arraysFrom(first: number, ...types: readonly string[]): string {
  return types.map((type, i) => `cast(?${first + i} as ${type}[])`).join(", ");
}
