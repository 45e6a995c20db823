import type { BarColumns } from "../../bars/bar_table.ts";
import type { Instrument, Source } from "../../model/instrument.ts";
import type { Interval } from "../../model/time.ts";
import type { Cell, Database } from "../../runtime/database.ts";
import { DatabaseError } from "../../runtime/database_error.ts";
import type { DatabaseFile } from "../../runtime/database_file.ts";
import { withTempFile } from "../../runtime/temp_folder.ts";
import type * as stored from "../store.ts";
import { storeRefusal } from "../store_refusal.ts";
import { askSql } from "./ask_sql.ts";
import { checkRows } from "./check_rows.ts";
import { noteKey } from "./meta.ts";
import { NumberColumn } from "./number_column.ts";
import * as queries from "./queries.ts";
import { type Pages, readPieces } from "./read_pieces.ts";
import { TradeBars } from "./trade_bars.ts";

/** What a reader is opened on. */
export interface ReaderParts {
  readonly database: Database;
  readonly place: string;
  readonly dataKind: stored.DataKind;
  readonly market: stored.SimulatedMarket | undefined;
  readonly schema: number;
  /** Opens one more connection, for long reads that see one moment. @default the one there is */
  readonly openAgain?: () => Database;
  /** The database's file, for queries in a process of their own. @default a copy of the database */
  readonly file?: Pick<DatabaseFile, "path" | "hasLog">;
  /** Runs each read; for a connection that is shared with a writer. @default at once */
  readonly inTurn?: <T>(read: () => Promise<T>) => Promise<T>;
}

type BarQuery = stored.RangeQuery & { readonly stepMs: number };
type TradeQuery = stored.RangeQuery & { readonly afterId?: number };

/** Reads a store by a connection of its own: sees what was committed, while another one writes. */
export class SqliteReader implements stored.StoreReader {
  readonly place: string;
  readonly dataKind: stored.DataKind;
  readonly market: stored.SimulatedMarket | undefined;
  readonly #schema: number;
  readonly #database: Database;
  readonly #openAgain: (() => Database) | undefined;
  readonly #file: ReaderParts["file"];
  readonly #inTurn: <T>(read: () => Promise<T>) => Promise<T>;
  #isClosed = false;

  constructor(parts: ReaderParts) {
    const { database, place, dataKind, market, schema, openAgain, file, inTurn } = parts;
    this.#database = database;
    this.place = place;
    this.dataKind = dataKind;
    this.market = market;
    this.#schema = schema;
    this.#openAgain = openAgain;
    this.#file = file;
    this.#inTurn = inTurn ?? asIs;
  }

  instruments(): Promise<readonly Instrument[]> {
    return this.#guarded(() => {
      const rows = this.#database.prepare(queries.INSTRUMENTS).all();
      return rows.map(([detail]) => instrumentOf(String(detail)));
    });
  }

  async bars({ instrument, stepMs, from, to, limit }: BarQuery): Promise<stored.StoredBars> {
    const columns = numberColumns(9);
    const source: Source[] = [];
    await this.#pieces({
      sql: queries.BARS,
      values: [instrument, stepMs, to],
      start: [from],
      nextOf: ([openTime]) => [Number(openTime) + 1],
      limit,
    }, (row) => {
      pushAll(columns, row);
      source.push(row[9] as Source);
    });
    const [openTime, open, high, low, close, volume, trades, vwap, revision] = finished(columns);
    return {
      openTime: openTime!,
      open: open!,
      high: high!,
      low: low!,
      close: close!,
      volume: volume!,
      trades: trades!,
      vwap: vwap!,
      revision: Uint16Array.from(revision!),
      source,
    };
  }

  contracts(instrument: string) {
    type Contract = Interval & { readonly contract: string };
    return this.#objects<Contract>(queries.CONTRACTS, instrument);
  }

  async trades(query: TradeQuery): Promise<stored.TradeColumns> {
    const columns = numberColumns(6);
    await this.#pieces(tradePages(queries.TRADES, query), (row) => pushAll(columns, row));
    const [time, id, price, size, received, side] = finished(columns);
    return {
      id: id!,
      time: time!,
      received: received!,
      price: price!,
      size: size!,
      side: Int8Array.from(side!),
    };
  }

  async tradeBars({ stepMs, ...query }: BarQuery): Promise<BarColumns> {
    const bars = new TradeBars(stepMs);
    await this.#pieces(tradePages(queries.PRICES, query), ([time, , price, size]) => {
      bars.add(time as number, price as number, size as number);
    });
    return bars.finish();
  }

  async coverage({ instrument, stepMs, from, to, limit = -1 }: BarQuery) {
    type Row = Omit<stored.StoredCoverage, "digest"> & { readonly digest: string | null };
    const values = [instrument, stepMs, from, to, limit];
    const rows = await this.#objects<Row>(queries.COVERAGE, ...values);
    return rows.map(({ digest, ...known }): stored.StoredCoverage =>
      digest === null ? known : { ...known, digest }
    );
  }

  alerts({ from = -Infinity, to = Infinity }: Partial<Interval> = {}) {
    return this.#objects<stored.StoredAlert>(queries.ALERTS, from, to);
  }

  deliveries() {
    return this.#objects<stored.StoredDelivery>(queries.DELIVERIES);
  }

  runs() {
    return this.#objects<stored.StoredRun>(queries.RUNS);
  }

  note(name: string): Promise<string | undefined> {
    return this.#guarded(() => {
      return this.#database.prepare(queries.NOTE).first(noteKey(name))?.[0] as string | undefined;
    });
  }

  async info(): Promise<stored.StoreInfo> {
    const days = await this.#objects<stored.StoredDay>(queries.DAYS);
    const bytes = await this.#guarded(() => this.#database.prepare(queries.BYTES).first());
    const { dataKind, place } = this;
    return { dataKind, place, schema: this.#schema, bytes: Number(bytes![0]), days };
  }

  check(onProgress: (share: number) => void = () => {}): Promise<stored.StoreCheck> {
    return this.#alone((database) => checkRows(database, onProgress));
  }

  sql(statement: string, options?: stored.SqlOptions): Promise<stored.SqlAnswer> {
    const file = this.#file;
    if (file !== undefined) return this.#guarded(() => askSql(file, statement, options), asIs);
    // What is in memory is asked as a copy of now.
    return withTempFile("store.db", async (path) => {
      await this.#guarded(() => this.#database.copyTo(path));
      return await this.#guarded(() => askSql({ path, hasLog: false }, statement, options), asIs);
    });
  }

  close(): Promise<void> {
    return this.#guarded(() => {
      if (!this.#isClosed) this.#database.close();
      this.#isClosed = true;
    });
  }

  /** The rows of a small table, by the names of their columns. */
  #objects<T>(sql: string, ...values: readonly Cell[]): Promise<T[]> {
    return this.#guarded(() => {
      const statement = this.#database.prepare(sql);
      const names = statement.columns;
      return statement.all(...values).map((row) =>
        Object.fromEntries(names.map((name, i) => [name, row[i]])) as T
      );
    });
  }

  #pieces(pages: Pages, take: (row: readonly Cell[]) => void): Promise<void> {
    return this.#guarded(() => readPieces(this.#database, pages, take));
  }

  /** Reads by a connection of its own, which sees the store as of now until it is done. */
  #alone<T>(read: (database: Database) => T | Promise<T>): Promise<T> {
    return this.#guarded(async () => {
      if (this.#openAgain === undefined) return await read(this.#database);
      const database = this.#openAgain();
      try {
        database.exec("begin");
        return await read(database);
      } finally {
        database.close();
      }
    });
  }

  #guarded<T>(read: () => T | Promise<T>, inTurn = this.#inTurn): Promise<T> {
    return inTurn(async () => {
      try {
        return await read();
      } catch (error) {
        throw storeRefusal(`The store ${this.place} cannot be read`, error);
      }
    });
  }
}

function instrumentOf(detail: string): Instrument {
  try {
    return JSON.parse(detail);
  } catch (error) {
    throw new DatabaseError("damaged", "the detail of an instrument is no JSON", error);
  }
}

/** Waits for nobody. */
function asIs<T>(read: () => Promise<T>): Promise<T> {
  return read();
}

function numberColumns(length: number): NumberColumn[] {
  return Array.from({ length }, () => new NumberColumn());
}

/** The first cells of a row, one a column; what is not there is NaN. */
function pushAll(columns: readonly NumberColumn[], row: readonly Cell[]): void {
  for (let i = 0; i < columns.length; i++) columns[i]!.push((row[i] ?? NaN) as number);
}

function finished(columns: readonly NumberColumn[]): Float64Array[] {
  return columns.map((column) => column.values());
}

/** Pages of trades: each goes on after the time and id of the last row. */
function tradePages(sql: string, query: TradeQuery): Pages {
  const { instrument, from, to, afterId = -Infinity, limit } = query;
  return {
    sql,
    values: [instrument, to],
    start: [from, afterId],
    nextOf: ([time, id]) => [time!, id!],
    limit,
  };
}
