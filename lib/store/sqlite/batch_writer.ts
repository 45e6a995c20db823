import { DAY, floorTo } from "../../model/time.ts";
import type { Instrument } from "../../model/instrument.ts";
import type { Cell, Database } from "../../runtime/database.ts";
import { type CoverageRow, cutByDay, putCoverage } from "../coverage_rows.ts";
import type {
  BarBatch,
  StoreBatch,
  StoreChange,
  StoredAlert,
  StoredCoverage,
  StoredDelivery,
  TradeColumns,
} from "../store.ts";
import { writeContracts } from "./contract_rows.ts";
import { DayDigests } from "./day_digests.ts";
import { noteKey } from "./meta.ts";
import {
  ALERTS,
  COVERAGE,
  DELIVERIES,
  INSTRUMENTS,
  MESSAGES,
  META,
  RUNS,
  TableRows,
} from "./table_rows.ts";

/** Rows written between two turns of the event loop. */
const PIECE = 500;
/** Trades written by one statement: three times as fast as one by one. */
const TOGETHER = 50;

/** The cells of a trade on their way into a digest. */
const trade = [0, 0, 0, 0, 0, 0];

/** Writes batches within a transaction that somebody else begins and ends. */
export class BatchWriter {
  readonly #database: Database;
  readonly #run: string;
  readonly #digests: DayDigests;
  readonly #tables: TableRows;
  readonly #numbers = new Map<string, number>();
  #bars = 0;
  #revisions = 0;
  #trades = 0;

  /** @param run id of the run that writes; each bar names it. */
  constructor(database: Database, run: string) {
    this.#database = database;
    this.#run = run;
    this.#digests = new DayDigests(database);
    this.#tables = new TableRows(database, this.#digests);
  }

  /**
   * Yields after each piece of rows; whoever writes may let the event loop go on there.
   *
   * @throws {RangeError} for rows of an instrument that the store does not know.
   */
  *write(batch: StoreBatch): Generator<void, StoreChange> {
    for (const instrument of batch.instruments ?? []) this.#writeInstrument(instrument);
    for (const bars of batch.bars ?? []) yield* this.#writeBars(bars);
    for (const { instrument, trades } of batch.trades ?? []) {
      yield* this.#writeTrades(this.#numberOf(instrument), trades);
    }
    for (const coverage of batch.coverage ?? []) yield* this.#writeCoverage(coverage);
    for (const alert of batch.alerts ?? []) this.#writeAlert(alert);
    for (const delivery of batch.deliveries ?? []) this.#writeDelivery(delivery);
    for (const { id, started, ended, config, versions } of batch.runs ?? []) {
      this.#tables.put(RUNS, id, started, ended, config, versions);
    }
    for (const [name, text] of Object.entries(batch.notes ?? {})) {
      this.#tables.put(META, noteKey(name), text);
    }
    yield* this.#digests.flush();
    return { bars: this.#bars, revisions: this.#revisions, trades: this.#trades };
  }

  #writeInstrument(instrument: Instrument): void {
    const { id, venue, kind } = instrument;
    const detail = JSON.stringify(instrument);
    const known = this.#database.prepare(NUMBER).first(id);
    const number = known ?? this.#database.prepare(NEXT).first()!;
    this.#tables.put(INSTRUMENTS, number[0]!, venue, id, kind, detail);
  }

  *#writeBars(batch: BarBatch): Generator<void> {
    const { instrument, stepMs, bars } = batch;
    const number = this.#numberOf(instrument);
    const find = this.#database.prepare(FIND_BAR);
    const insert = this.#database.prepare(INSERT_BAR);
    const revise = this.#database.prepare(REVISE_BAR);
    const written: number[] = [];
    for (let row = 0; row < bars.openTime.length; row++) {
      const openTime = bars.openTime[row]!, revision = bars.revision[row]!;
      const old = find.first(number, stepMs, openTime);
      if (old === undefined || revision > Number(old[8])) {
        const values = this.#barCells(batch, row);
        const digest = this.#digests.of(number, stepMs, openTime);
        (old === undefined ? insert : revise).run(number, stepMs, ...values);
        digest.add(values);
        written.push(row);
        if (old === undefined) this.#bars++;
        else {
          digest.remove(old);
          this.#revisions++;
        }
      }
      if (row % PIECE === PIECE - 1) yield;
    }
    writeContracts(this.#database, this.#tables, number, batch, written);
  }

  #barCells({ bars }: BarBatch, row: number): Cell[] {
    return [
      bars.openTime[row]!,
      bars.open[row]! + 0,
      bars.high[row]! + 0,
      bars.low[row]! + 0,
      bars.close[row]! + 0,
      known(bars.volume[row]!),
      known(bars.trades[row]!),
      known(bars.vwap[row]!),
      bars.revision[row]!,
      bars.source[row]!,
      this.#run,
    ];
  }

  *#writeTrades(number: number, trades: TradeColumns): Generator<void> {
    const cells: Cell[] = [];
    const { length } = trades.id;
    for (let row = 0, many = 0; row < length; row += many) {
      many = length - row < TOGETHER ? 1 : TOGETHER;
      this.#trades += this.#writeTogether(number, trades, row, many, cells);
      if ((row + many) % PIECE < many) yield;
    }
  }

  /** Some trades by one statement, or else one by one where some of them are there already. @returns how many are new */
  #writeTogether(
    number: number,
    trades: TradeColumns,
    first: number,
    many: number,
    cells: Cell[],
  ): number {
    if (many > 1) this.#database.prepare("savepoint together").run();
    cells.length = 0;
    for (let row = first; row < first + many; row++) {
      cells.push(number, trades.time[row]!, trades.id[row]!, trades.received[row]!);
      cells.push(trades.price[row]!, trades.size[row]!, trades.side[row]!);
    }
    const inserted = this.#database.prepare(many > 1 ? INSERT_TRADES : INSERT_TRADE).run(...cells);
    if (many > 1 && inserted < many) {
      this.#database.prepare("rollback to together").run();
      this.#database.prepare("release together").run();
      let alone = 0;
      for (let row = first; row < first + many; row++) {
        alone += this.#writeTogether(number, trades, row, 1, cells);
      }
      return alone;
    }
    if (many > 1) this.#database.prepare("release together").run();
    if (inserted > 0) this.#digestTrades(number, trades, first, many);
    return inserted;
  }

  #digestTrades(number: number, trades: TradeColumns, first: number, many: number): void {
    for (let row = first; row < first + many; row++) {
      const time = trades.time[row]!;
      trade[0] = time;
      trade[1] = trades.id[row]!;
      trade[2] = trades.received[row]!;
      trade[3] = trades.price[row]!;
      trade[4] = trades.size[row]!;
      trade[5] = trades.side[row]!;
      this.#digests.of(number, 0, time).add(trade);
    }
  }

  *#writeCoverage(coverage: StoredCoverage): Generator<void> {
    const { stepMs, state, reason } = coverage;
    const number = this.#numberOf(coverage.instrument);
    for (const { from, to } of cutByDay(coverage)) {
      const day = floorTo(from, DAY);
      const rows = this.#database.prepare(NEAR_COVERAGE).all(
        number,
        stepMs,
        day,
        to,
        from,
        day + DAY,
      )
        .map(coverageRow);
      const { removed, added } = putCoverage(rows, { from, to, state, reason });
      for (const row of removed) this.#tables.remove(COVERAGE, number, stepMs, row.from);
      for (const row of added) {
        this.#tables.put(COVERAGE, number, stepMs, row.from, row.to, row.state, row.reason);
      }
      // Its rows are to show the digest of their day.
      if (added.length > 0) this.#digests.of(number, stepMs, day);
      yield;
    }
  }

  #writeAlert(alert: StoredAlert): void {
    const { id, rule, subject, state, started, ended, value, evidence } = alert;
    this.#tables.put(ALERTS, id, rule, subject, state, started, ended, value, evidence);
  }

  #writeDelivery(delivery: StoredDelivery): void {
    const { alert, channel, kind, created, body, attempts, nextAt, receipt, error } = delivery;
    this.#tables.put(DELIVERIES, alert, channel, kind, attempts, nextAt, receipt, error);
    this.#tables.put(MESSAGES, alert, channel, kind, created, body);
  }

  #numberOf(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    const row = this.#database.prepare(NUMBER).first(id);
    if (row === undefined) {
      throw new RangeError(`the store does not know ${id}; write it with the batch's instruments`);
    }
    this.#numbers.set(id, Number(row[0]));
    return Number(row[0]);
  }
}

/** What is unknown is null in the store; and a zero has one sign there. */
function known(value: number): number | null {
  return Number.isNaN(value) ? null : value + 0;
}

function coverageRow(row: readonly Cell[]): CoverageRow {
  const [from, to, state, reason] = row as [number, number, CoverageRow["state"], string];
  return { from, to, state, reason };
}

const NUMBER = "select instrument from instruments where symbol = ?1";
const NEXT = "select coalesce(max(instrument), 0) + 1 from instruments";
const BAR_KEY = "instrument = ?1 and step = ?2 and open_time = ?3";
const FIND_BAR =
  `select open_time, open, high, low, close, volume, trades, vwap, revision, source, run
  from bars where ${BAR_KEY}`;
const INSERT_BAR =
  `insert into bars (instrument, step, open_time, open, high, low, close, volume, trades, vwap,
  revision, source, run) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)`;
const REVISE_BAR =
  `update bars set open = ?4, high = ?5, low = ?6, close = ?7, volume = ?8, trades = ?9,
  vwap = ?10, revision = ?11, source = ?12, run = ?13 where ${BAR_KEY}`;

const INSERT_TRADE = insertTrades(1);
const INSERT_TRADES = insertTrades(TOGETHER);

function insertTrades(many: number): string {
  const rows = Array(many).fill("(?, ?, ?, ?, ?, ?, ?)").join(", ");
  return `insert into trades (instrument, time, id, received, price, size, side) values ${rows}
    on conflict (instrument, time, id) do nothing`;
}

/** Those of the day that overlap or touch the stretch `[?5, ?4)`. */
const NEAR_COVERAGE =
  `select from_time, to_time, state, reason from coverage where instrument = ?1 and step = ?2
  and from_time >= ?3 and from_time <= ?4 and to_time >= ?5 and from_time < ?6 order by from_time`;
