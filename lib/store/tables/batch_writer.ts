import type { Instrument } from "../../model/instrument.ts";
import type {
  BarBatch,
  FundingBatch,
  StoreBatch,
  StoreChange,
  StoredAlert,
  StoredDelivery,
} from "../store.ts";
import { type Connection, rowsOf, rowsOfEach } from "./connection.ts";
import { writeContracts } from "./contract_rows.ts";
import { writeCoverage } from "./coverage_writer.ts";
import { DayDigests } from "./day_digests.ts";
import { noteKey } from "./meta.ts";
import type { SeriesWriter } from "./series_writer.ts";
import { ALERTS, DELIVERIES, FUNDINGS, INSTRUMENTS, MESSAGES, META, RUNS } from "./table.ts";
import { TableRows } from "./table_rows.ts";

/** Writes a batch within a transaction that somebody else begins and ends. */
export class BatchWriter {
  readonly #connection: Connection;
  readonly #series: SeriesWriter;
  readonly #run: string;
  readonly #digests: DayDigests;
  readonly #tables: TableRows;
  readonly #numbers = new Map<string, number>();

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
    const { bars = [], trades = [], coverage = [], alerts = [], deliveries = [] } = batch;
    const { fundings = [] } = batch;
    await this.#writeInstruments(batch.instruments ?? []);
    await this.#learn([...bars, ...trades, ...fundings, ...coverage]);
    const numbered = this.#numbered;
    const change = await this.#writeBars(bars);
    const written = await this.#series.writeTrades(trades.map(numbered), this.#digests);
    await writeCoverage(coverage.map(numbered), {
      connection: this.#connection,
      tables: this.#tables,
      digests: this.#digests,
    });
    for (const funding of fundings) await this.#writeFundings(funding);
    for (const alert of alerts) await this.#writeAlert(alert);
    for (const delivery of deliveries) await this.#writeDelivery(delivery);
    for (const { id, started, ended, config, versions } of batch.runs ?? []) {
      await this.#tables.put(RUNS, id, started, ended, config, versions);
    }
    const notes = Object.entries(batch.notes ?? {});
    await this.#tables.putEach(META, notes.map(([name, text]) => [noteKey(name), text]));
    await this.#digests.flush();
    return { ...change, trades: written };
  }

  async #writeInstruments(instruments: readonly Instrument[]): Promise<void> {
    if (instruments.length === 0) return;
    await this.#look(instruments.map(({ id }) => id));
    const isNew = ({ id }: Instrument) => !this.#numbers.has(id);
    if (instruments.some(isNew)) {
      let next = Number((await rowsOf(this.#connection, NEXT))[0]![0]);
      for (const { id } of instruments.filter(isNew)) {
        if (!this.#numbers.has(id)) this.#numbers.set(id, next++);
      }
    }
    await this.#tables.putEach(
      INSTRUMENTS,
      instruments.map((instrument) => {
        const { id, venue, kind } = instrument;
        return [this.#numbers.get(id)!, venue, id, kind, JSON.stringify(instrument)];
      }),
    );
  }

  async #writeBars(batches: readonly BarBatch[]): Promise<Omit<StoreChange, "trades">> {
    const parts = batches.map((batch) => ({ ...this.#numbered(batch), batch }));
    const changes = await this.#series.writeBars(parts, this.#run, this.#digests);
    let bars = 0, revisions = 0;
    for (const [i, { number, batch }] of parts.entries()) {
      const change = changes[i]!;
      bars += change.bars;
      revisions += change.revisions;
      await writeContracts(this.#connection, this.#tables, number, batch, change.written);
    }
    return { bars, revisions };
  }

  async #writeFundings({ instrument, payments }: FundingBatch): Promise<void> {
    const number = this.#numbers.get(instrument)!;
    // A zero has one sign in the store.
    const known = (value: number | null) => value === null ? null : value + 0;
    await this.#tables.putEach(
      FUNDINGS,
      payments.map(({ time, rate, markPrice }) => [number, time, known(rate), known(markPrice)]),
    );
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

  /** @throws {RangeError} for one that the store does not know. */
  async #learn(rows: readonly { readonly instrument: string }[]): Promise<void> {
    const ids = rows.map(({ instrument }) => instrument);
    await this.#look(ids);
    const stray = ids.find((id) => !this.#numbers.has(id));
    if (stray === undefined) return;
    throw new RangeError(`the store does not know ${stray}; write it with the batch's instruments`);
  }

  /** Reads the numbers of instruments that are not known yet. */
  async #look(ids: readonly string[]): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !this.#numbers.has(id));
    const found = await rowsOfEach(this.#connection, NUMBER, unknown.map((id) => [id]));
    for (const [i, id] of unknown.entries()) {
      const number = found[i]![0]?.[0];
      if (number !== undefined) this.#numbers.set(id, Number(number));
    }
  }

  /** A part of a batch with the number of its instrument, which is known. */
  #numbered = <T extends { readonly instrument: string }>(part: T) => ({
    ...part,
    number: this.#numbers.get(part.instrument)!,
  });
}

const NUMBER = "select instrument from instruments where symbol = ?1";
const NEXT = "select coalesce(max(instrument), 0) + 1 from instruments";
