import { MarketError } from "../../model/errors.ts";
import { type Clock, sleep, systemClock } from "../../runtime/clock.ts";
import { checkpointAside } from "../../runtime/checkpoint.ts";
import type { Database } from "../../runtime/database.ts";
import { DatabaseError } from "../../runtime/database_error.ts";
import { processId } from "../../runtime/host_name.ts";
import { assertBatch } from "../assert_batch.ts";
import type { StoreBatch, StoreChange } from "../store.ts";
import type { StoreOptions } from "../store_options.ts";
import { storeRefusal } from "../store_refusal.ts";
import { BatchWriter } from "../tables/batch_writer.ts";
import { findSql, RUNS } from "../tables/table.ts";
import type { TableReader } from "../tables/table_reader.ts";
import { TableStore } from "../tables/table_store.ts";
import { nextTurn, type OneByOne } from "../tables/turns.ts";
import { dropTradesBefore } from "./drop_trades.ts";
import { inTransaction } from "./in_transaction.ts";
import { connectionTo } from "./sqlite_connection.ts";
import { SqliteSeries } from "./sqlite_series.ts";

/** How long a write waits for another program's lock. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 25;
/** Rows whose way from the log into the file stops an event loop for long. */
const MANY_ROWS = 10_000;

/** What a store is made of. */
export interface StoreParts {
  /** The connection that writes. */
  readonly database: Database;
  readonly reader: TableReader;
  readonly turns: OneByOne;
  readonly options: StoreOptions;
  /** Gives back what keeps other writers out. */
  readonly release: () => void;
}

/** The one writer of a SQLite database; writes come one after the other, reads do not wait for them. */
export class SqliteStore extends TableStore {
  readonly #database: Database;
  readonly #turns: OneByOne;
  readonly #clock: Clock;
  readonly #run: string;
  readonly #release: () => void;
  readonly #path: string | undefined;
  #isClosed = false;

  private constructor({ database, reader, turns, options, release }: StoreParts) {
    super(reader);
    this.#database = database;
    this.#turns = turns;
    this.#release = release;
    this.#path = options.kind === "sqlite" ? options.path : undefined;
    this.#clock = options.clock ?? systemClock;
    this.#run = options.run?.id ?? `${this.#clock.now()}-${processId()}`;
  }

  /** Opens a store on a database whose schema is the newest, and writes down the run. */
  static async open(parts: StoreParts): Promise<SqliteStore> {
    const store = new SqliteStore(parts);
    const { config = "{}", versions = "{}" } = parts.options.run ?? {};
    const started = store.#clock.now();
    await store.write({ runs: [{ id: store.#run, started, ended: null, config, versions }] });
    return store;
  }

  protected writeOne(batch: StoreBatch): Promise<StoreChange> {
    return this.#changing("be written to", async () => {
      for (const _ of assertBatch(batch)) await nextTurn();
      await this.#begin();
      try {
        const change = await this.#writer().write(batch);
        await this.#commit(change);
        return change;
      } catch (error) {
        // A full disk has rolled it back already.
        if (this.#database.isInTransaction) this.#database.exec("rollback");
        throw error;
      }
    });
  }

  dropTrades(before: number): Promise<number> {
    return this.#changing("drop trades", () => dropTradesBefore(this.#database, before));
  }

  flush(): Promise<void> {
    return this.#changing("be flushed", () => {
      this.#database.prepare("pragma wal_checkpoint(passive)").all();
    });
  }

  async close(): Promise<void> {
    await this.#turns.run(async () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      try {
        await this.#endRun();
      } catch (error) {
        // On a full disk the run has no end; everything else is stored.
        if (!(error instanceof DatabaseError)) throw error;
      }
    });
    await this.reader.close();
    this.#database.close();
    this.#release();
  }

  async #endRun(): Promise<void> {
    const row = this.#database.prepare(findSql(RUNS)).first(this.#run);
    if (row === undefined) return;
    const [id, started, , config, versions] = row as [string, number, null, string, string];
    const run = { id, started, ended: this.#clock.now(), config, versions };
    await inTransaction(this.#database, () => this.#writer().write({ runs: [run] }));
  }

  #writer(): BatchWriter {
    const connection = connectionTo(this.#database);
    return new BatchWriter(connection, new SqliteSeries(this.#database), this.#run);
  }

  #changing<T>(what: string, change: () => T | Promise<T>): Promise<T> {
    return this.#turns.run(async () => {
      if (this.#isClosed) {
        throw new MarketError(
          "store-closed",
          "give-up",
          `The store ${this.place} is closed. Open it again.`,
        );
      }
      try {
        return await change();
      } catch (error) {
        throw storeRefusal(`The store ${this.place} cannot ${what}`, error);
      }
    });
  }

  /** Commits; what is so large that its way from the log into the file takes long goes there in a thread of its own. */
  async #commit({ bars, revisions, trades }: StoreChange): Promise<void> {
    const path = this.#path;
    if (path === undefined || bars + revisions + trades < MANY_ROWS) {
      return this.#database.exec("commit");
    }
    const pages = Number(this.#database.prepare("pragma wal_autocheckpoint").first()![0]);
    this.#database.exec("pragma wal_autocheckpoint = 0");
    try {
      this.#database.exec("commit");
    } finally {
      this.#database.exec(`pragma wal_autocheckpoint = ${pages}`);
    }
    // The rows are safe in the log; a later commit brings them into the file where this fails.
    await checkpointAside(path).catch(() => {});
  }

  /** Begins to write; waits for other programs without stopping the event loop. */
  async #begin(): Promise<void> {
    const patience = this.#clock.monotonic() + PATIENCE_MS;
    for (;;) {
      try {
        return this.#database.exec("begin immediate");
      } catch (error) {
        const isBusy = error instanceof DatabaseError && error.fault === "busy";
        if (!isBusy || this.#clock.monotonic() > patience) throw error;
      }
      await sleep(this.#clock, PAUSE_MS);
    }
  }
}
