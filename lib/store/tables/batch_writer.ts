import type { Instrument } from "../../model/instrument.ts";
import { DAY, floorTo } from "../../model/time.ts";
import type { Cell } from "../../runtime/database_answer.ts";
import { type CoverageRow, cutByDay, putCoverage } from "../coverage_rows.ts";
import type {
  BarBatch,
  StoreBatch,
  StoreChange,
  StoredAlert,
  StoredCoverage,
  StoredDelivery,
} from "../store.ts";
import { type Connection, rowsOf } from "./connection.ts";
import { writeContracts } from "./contract_rows.ts";
import { DayDigests } from "./day_digests.ts";
import { noteKey } from "./meta.ts";
import type { SeriesWriter } from "./series_writer.ts";
import { ALERTS, COVERAGE, DELIVERIES, INSTRUMENTS, MESSAGES, META, RUNS } from "./table.ts";
import { TableRows } from "./table_rows.ts";
import { nextTurn } from "./turns.ts";

/** Writes a batch within a transaction that somebody else begins and ends. */
export class BatchWriter {
  readonly #connection: Connection;
  readonly #series: SeriesWriter;
  readonly #run: string;
  readonly #digests: DayDigests;
  readonly #tables: TableRows;
  readonly #numbers = new Map<string, number>();
  #bars = 0;
  #revisions = 0;
  #trades = 0;

  /** @param run id of the run that writes; each bar names it. */
  constructor(connection: Connection, series: SeriesWriter, run: string) {
    this.#connection = connection;
    this.#series = series;
    this.#run = run;
    this.#digests = new DayDigests(connection);
    this.#tables = new TableRows(connection, this.#digests);
  }

  /**
   * The event loop goes on between pieces of rows.
   *
   * @throws {RangeError} for rows of an instrument that the store does not know.
   */
  async write(batch: StoreBatch): Promise<StoreChange> {
    for (const instrument of batch.instruments ?? []) await this.#writeInstrument(instrument);
    for (const bars of batch.bars ?? []) await this.#writeBars(bars);
    for (const { instrument, trades } of batch.trades ?? []) {
      const number = await this.#numberOf(instrument);
      this.#trades += await this.#series.writeTrades(number, trades, this.#digests);
    }
    for (const coverage of batch.coverage ?? []) await this.#writeCoverage(coverage);
    for (const alert of batch.alerts ?? []) await this.#writeAlert(alert);
    for (const delivery of batch.deliveries ?? []) await this.#writeDelivery(delivery);
    for (const { id, started, ended, config, versions } of batch.runs ?? []) {
      await this.#tables.put(RUNS, id, started, ended, config, versions);
    }
    for (const [name, text] of Object.entries(batch.notes ?? {})) {
      await this.#tables.put(META, noteKey(name), text);
    }
    await this.#digests.flush();
    return { bars: this.#bars, revisions: this.#revisions, trades: this.#trades };
  }

  async #writeInstrument(instrument: Instrument): Promise<void> {
    const { id, venue, kind } = instrument;
    const detail = JSON.stringify(instrument);
    const [known] = await rowsOf(this.#connection, NUMBER, id);
    const number = known ?? (await rowsOf(this.#connection, NEXT))[0]!;
    await this.#tables.put(INSTRUMENTS, number[0]!, venue, id, kind, detail);
  }

  async #writeBars(batch: BarBatch): Promise<void> {
    const number = await this.#numberOf(batch.instrument);
    const change = await this.#series.writeBars(number, batch, this.#run, this.#digests);
    this.#bars += change.bars;
    this.#revisions += change.revisions;
    await writeContracts(this.#connection, this.#tables, number, batch, change.written);
  }

  async #writeCoverage(coverage: StoredCoverage): Promise<void> {
    const { stepMs, state, reason } = coverage;
    const number = await this.#numberOf(coverage.instrument);
    for (const { from, to } of cutByDay(coverage)) {
      const day = floorTo(from, DAY);
      const near = [number, stepMs, day, to, from, day + DAY];
      const rows = (await rowsOf(this.#connection, NEAR_COVERAGE, ...near)).map(coverageRow);
      const { removed, added } = putCoverage(rows, { from, to, state, reason });
      for (const row of removed) await this.#tables.remove(COVERAGE, number, stepMs, row.from);
      for (const row of added) {
        await this.#tables.put(COVERAGE, number, stepMs, row.from, row.to, row.state, row.reason);
      }
      // Its rows are to show the digest of their day.
      if (added.length > 0) this.#digests.of(number, stepMs, day);
      await nextTurn();
    }
  }

  async #writeAlert(alert: StoredAlert): Promise<void> {
    const { id, rule, subject, state, started, ended, value, evidence } = alert;
    await this.#tables.put(ALERTS, id, rule, subject, state, started, ended, value, evidence);
  }

  async #writeDelivery(delivery: StoredDelivery): Promise<void> {
    const { alert, channel, kind, created, body, attempts, nextAt, receipt, error } = delivery;
    await this.#tables.put(DELIVERIES, alert, channel, kind, attempts, nextAt, receipt, error);
    await this.#tables.put(MESSAGES, alert, channel, kind, created, body);
  }

  async #numberOf(id: string): Promise<number> {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    const [row] = await rowsOf(this.#connection, NUMBER, id);
    if (row === undefined) {
      throw new RangeError(`the store does not know ${id}; write it with the batch's instruments`);
    }
    this.#numbers.set(id, Number(row[0]));
    return Number(row[0]);
  }
}

function coverageRow(row: readonly Cell[]): CoverageRow {
  const [from, to, state, reason] = row as [number, number, CoverageRow["state"], string];
  return { from, to, state, reason };
}

const NUMBER = "select instrument from instruments where symbol = ?1";
const NEXT = "select coalesce(max(instrument), 0) + 1 from instruments";
/** Those of the day that overlap or touch the stretch `[?5, ?4)`. */
const NEAR_COVERAGE =
  `select from_time, to_time, state, reason from coverage where instrument = ?1 and step = ?2
  and from_time >= ?3 and from_time <= ?4 and to_time >= ?5 and from_time < ?6 order by from_time`;
