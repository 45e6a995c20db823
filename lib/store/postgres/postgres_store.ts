import { MarketError } from "../../model/errors.ts";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import { processId } from "../../runtime/host_name.ts";
import { assertBatch } from "../assert_batch.ts";
import type { StoreBatch, StoreChange } from "../store.ts";
import type { StoreOptions } from "../store_options.ts";
import { BatchWriter } from "../tables/batch_writer.ts";
import type { TableReader } from "../tables/table_reader.ts";
import { TableStore } from "../tables/table_store.ts";
import { nextTurn, OneByOne } from "../tables/turns.ts";
import { dropServerTrades } from "./drop_server_trades.ts";
import { Partitions } from "./partitions.ts";
import type { PostgresClient, PostgresTransaction } from "./postgres_client.ts";
import { postgresRefusal } from "./postgres_refusal.ts";
import { PostgresSeries } from "./postgres_series.ts";
import { noticeOf } from "./row_notice.ts";
import { CHANNEL } from "./listen_rows.ts";
import type { WriterLock } from "./writer_lock.ts";

/** What a store is made of. */
export interface PostgresParts {
  /** One connection. */
  readonly client: PostgresClient;
  readonly lock: WriterLock;
  readonly reader: TableReader;
  readonly options: StoreOptions;
}

/** The one writer of a store at a server; a connection that is lost is made again with the next write. */
export class PostgresStore extends TableStore {
  readonly #client: PostgresClient;
  readonly #lock: WriterLock;
  readonly #clock: Clock;
  readonly #run: string;
  readonly #partitions = new Partitions();
  readonly #turns = new OneByOne();
  #isClosed = false;

  private constructor({ client, lock, reader, options }: PostgresParts) {
    super(reader);
    this.#client = client;
    this.#lock = lock;
    this.#clock = options.clock ?? systemClock;
    this.#run = options.run?.id ?? `${this.#clock.now()}-${processId()}`;
  }

  /** Opens a store on a database whose schema is the newest, and writes down the run. */
  static async open(parts: PostgresParts): Promise<PostgresStore> {
    const store = new PostgresStore(parts);
    const { config = "{}", versions = "{}" } = parts.options.run ?? {};
    const started = store.#clock.now();
    await store.write({ runs: [{ id: store.#run, started, ended: null, config, versions }] });
    return store;
  }

  protected async writeOne(batch: StoreBatch): Promise<StoreChange> {
    for (const _ of assertBatch(batch)) await nextTurn();
    return await this.#changing("be written to", async (sql) => {
      const series = new PostgresSeries(sql, this.#partitions);
      const change = await new BatchWriter(sql, series, this.#run).write(batch);
      const notice = noticeOf(batch);
      // The commit notifies readers.
      if (notice !== undefined) await sql.ask(NOTIFY, notice);
      return change;
    });
  }

  async dropTrades(before: number): Promise<number> {
    const dropped = await this.#changing(
      "drop trades",
      (sql) => dropServerTrades(sql, Math.ceil(before)),
    );
    this.#partitions.forget();
    return dropped;
  }

  /** What is committed is on the server's disk. */
  async flush(): Promise<void> {
    await this.#turns.run(() => {});
  }

  async close(): Promise<void> {
    if (!this.#isClosed) {
      const [run] = (await this.reader.runs().catch(() => [])).filter(({ id }) => id === this.#run);
      // Where the server is away the run has no end; everything else is stored.
      if (run !== undefined) {
        await this.write({ runs: [{ ...run, ended: this.#clock.now() }] }).catch(() => {});
      }
      this.#isClosed = true;
    }
    await this.#turns.run(() => this.#client.end());
    await this.reader.close();
  }

  /** One transaction of the writer; all of it or nothing. */
  #changing<T>(
    what: string,
    change: (sql: PostgresTransaction) => Promise<T>,
  ): Promise<T> {
    return this.#turns.run(async () => {
      if (this.#isClosed) {
        throw new MarketError(
          "store-closed",
          "give-up",
          `The store ${this.place} is closed. Open it again.`,
        );
      }
      try {
        return await this.#client.transaction(async (sql) => {
          await this.#lock.hold(sql);
          return await change(sql);
        });
      } catch (error) {
        // Partitions that it made are gone with it.
        this.#partitions.forget();
        throw postgresRefusal(`The store ${this.place} cannot ${what}`, error);
      }
    });
  }
}

const NOTIFY = `select pg_notify((${CHANNEL}), ?1)`;
