import type { BarColumns } from "../../bars/bar_table.ts";
import type { FundingPayment } from "../../model/funding.ts";
import type { Instrument, Source } from "../../model/instrument.ts";
import type { Interval } from "../../model/time.ts";
import type { Cell } from "../../runtime/database_answer.ts";
import { DatabaseError } from "../../runtime/database_error.ts";
import type * as stored from "../store.ts";
import { checkRows } from "./check_rows.ts";
import { type Connection, rowsOf } from "./connection.ts";
import { noteKey } from "./meta.ts";
import { NumberColumn } from "./number_column.ts";
import * as queries from "./queries.ts";
import { type Pages, readPieces } from "./read_pieces.ts";
import { TradeBars } from "./trade_bars.ts";

/** What a reader is opened on. */
export interface ReaderParts {
  readonly connection: Connection;
  readonly place: string;
  readonly dataKind: stored.DataKind;
  readonly market: stored.SimulatedMarket | undefined;
  readonly schema: number;
  readonly outside: ReaderOutside;
}

/** What each kind of database does in its own way. */
export interface ReaderOutside {
  /** Size of the store in bytes. */
  readonly bytes: () => Promise<number>;
  /** Reads over a connection that sees the store as of now until it is done. */
  readonly alone: <T>(read: (connection: Connection) => Promise<T>) => Promise<T>;
  /** Damage that the database itself finds, a sentence each. */
  readonly damage: (connection: Connection) => Promise<readonly string[]>;
  readonly sql: (statement: string, options?: stored.SqlOptions) => Promise<stored.SqlAnswer>;
  /** What the database refused, for people; every other error as it is. */
  readonly refusal: (what: string, error: unknown) => unknown;
  readonly close: () => void | Promise<void>;
  /** Runs each read; for a connection that is shared with a writer. @default at once */
  readonly inTurn?: <T>(read: () => Promise<T>) => Promise<T>;
  /** See `StoreReader.onRows`. */
  readonly onRows?: NonNullable<stored.StoreReader["onRows"]>;
}

/** More rows than there are. */
const ALL = Number.MAX_SAFE_INTEGER;

// Times in the tables are whole, and a server takes no other bounds for them.

type BarQuery = stored.RangeQuery & { readonly stepMs: number };
type TradeQuery = stored.RangeQuery & { readonly afterId?: number };

/** Reads the tables of a store: sees what was committed, while another connection writes. */
export class TableReader implements stored.StoreReader {
  readonly place: string;
  readonly dataKind: stored.DataKind;
  readonly market: stored.SimulatedMarket | undefined;
  readonly #schema: number;
  readonly #connection: Connection;
  readonly #outside: ReaderOutside;
  /** See `StoreReader`. */
  readonly onRows?: NonNullable<stored.StoreReader["onRows"]>;
  #isClosed = false;

  constructor({ connection, place, dataKind, market, schema, outside }: ReaderParts) {
    this.#connection = connection;
    this.place = place;
    this.dataKind = dataKind;
    this.market = market;
    this.#schema = schema;
    this.#outside = outside;
    if (outside.onRows !== undefined) this.onRows = outside.onRows;
  }

  instruments(): Promise<readonly Instrument[]> {
    return this.#guarded(async () => {
      const rows = await rowsOf(this.#connection, queries.INSTRUMENTS);
      return rows.map(([detail]) => instrumentOf(String(detail)));
    });
  }

  async bars({ instrument, stepMs, from, to, limit }: BarQuery): Promise<stored.StoredBars> {
    const columns = numberColumns(9);
    const source: Source[] = [];
    await this.#pieces({
      sql: queries.BARS,
      values: [instrument, stepMs, Math.ceil(to)],
      start: [Math.ceil(from)],
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

  fundings({ instrument, from, to, limit = ALL }: stored.RangeQuery) {
    const values = [instrument, Math.ceil(from), Math.ceil(to), limit];
    return this.#objects<FundingPayment>(queries.FUNDINGS, ...values);
  }

  async coverage({ instrument, stepMs, from, to, limit = ALL }: BarQuery) {
    type Row = Omit<stored.StoredCoverage, "digest"> & { readonly digest: string | null };
    const values = [instrument, stepMs, Math.floor(from), Math.ceil(to), limit];
    const rows = await this.#objects<Row>(queries.COVERAGE, ...values);
    return rows.map(({ digest, ...known }): stored.StoredCoverage =>
      digest === null ? known : { ...known, digest }
    );
  }

  alerts({ from = -Infinity, to = Infinity }: Partial<Interval> = {}) {
    return this.#objects<stored.StoredAlert>(queries.ALERTS, Math.ceil(from), Math.ceil(to));
  }

  deliveries() {
    return this.#objects<stored.StoredDelivery>(queries.DELIVERIES);
  }

  runs() {
    return this.#objects<stored.StoredRun>(queries.RUNS);
  }

  note(name: string): Promise<string | undefined> {
    return this.#guarded(async () => {
      const [row] = await rowsOf(this.#connection, queries.NOTE, noteKey(name));
      return row?.[0] as string | undefined;
    });
  }

  async info(): Promise<stored.StoreInfo> {
    const days = await this.#objects<stored.StoredDay>(queries.DAYS);
    const bytes = await this.#guarded(() => this.#outside.bytes());
    const { dataKind, place } = this;
    return { dataKind, place, schema: this.#schema, bytes, days };
  }

  check(onProgress: (share: number) => void = () => {}): Promise<stored.StoreCheck> {
    const { alone, damage } = this.#outside;
    return this.#guarded(() =>
      alone((connection) => checkRows(connection, () => damage(connection), onProgress))
    );
  }

  sql(statement: string, options?: stored.SqlOptions): Promise<stored.SqlAnswer> {
    return this.#outside.sql(statement, options);
  }

  close(): Promise<void> {
    return this.#guarded(async () => {
      if (!this.#isClosed) await this.#outside.close();
      this.#isClosed = true;
    });
  }

  /** The rows of a small table, by the names of their columns. */
  #objects<T>(sql: string, ...values: readonly Cell[]): Promise<T[]> {
    return this.#guarded(async () => {
      const { columns, rows } = await this.#connection.ask(sql, ...values);
      return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])) as T);
    });
  }

  #pieces(pages: Pages, take: (row: readonly Cell[]) => void): Promise<void> {
    return this.#guarded(() => readPieces(this.#connection, pages, take));
  }

  #guarded<T>(read: () => Promise<T>): Promise<T> {
    const { refusal, inTurn = asIs } = this.#outside;
    return inTurn(async () => {
      try {
        return await read();
      } catch (error) {
        throw refusal(`The store ${this.place} cannot be read`, error);
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
    values: [instrument, Math.ceil(to)],
    start: [Math.ceil(from), afterId],
    nextOf: ([time, id]) => [time!, id!],
    limit,
  };
}
