import type { BarColumns } from "../bars/bar_table.ts";
import type { KnownBars } from "../bars/known_minutes.ts";
import type { FundingPayment } from "../model/funding.ts";
import type { Instrument } from "../model/instrument.ts";
import type { Interval } from "../model/time.ts";

/** What a store may hold; kinds never mix in one store. Delayed and imported data is of kind `live`. */
export type DataKind = "live" | "replay" | "simulated";

/** Bars of one length and instrument, oldest first: columns of equal length. */
export type StoredBars = Omit<KnownBars, "contract">;

/** Trades of one instrument, oldest first: columns of equal length. */
export interface TradeColumns {
  /** The venue's id, see the `trade` event. */
  readonly id: Float64Array;
  /** Venue time, epoch ms UTC. */
  readonly time: Float64Array;
  /** Local wall clock, epoch ms UTC. */
  readonly received: Float64Array;
  readonly price: Float64Array;
  readonly size: Float64Array;
  /** 1 where the taker bought, -1 where it sold, 0 where the venue does not say. */
  readonly side: Int8Array;
}

/**
 * `closed`: the market was shut, or the venue has no bar. `healing`: trades of before the run that it asks for by their
 * ids; after a kill the next run says what became of them.
 */
export type CoverageState = "complete" | "missing" | "closed" | "healing";

/**
 * What is known of a stretch of time: half-open; rows of one instrument and step never overlap. A store cuts them at
 * each midnight of UTC and joins those that touch and say the same.
 */
export interface StoredCoverage extends Interval {
  readonly instrument: string;
  /** Length of the bars; 0 for trades. */
  readonly stepMs: number;
  readonly state: CoverageState;
  /** Why, for people; empty where there is nothing to say. */
  readonly reason: string;
  /** Digest of all bars or trades of its UTC day; kept by the store, and undefined where the day has none. */
  readonly digest?: string;
}

/** An alert as stored; one row an excursion. */
export interface StoredAlert {
  readonly id: string;
  readonly rule: string;
  /** What the rule watches: an instrument, or a pair. */
  readonly subject: string;
  readonly state: "pending" | "firing" | "recovering" | "resolved";
  /** Venue time, epoch ms UTC. */
  readonly started: number;
  readonly ended: number | null;
  readonly value: number | null;
  /** JSON: the alert's body as sent. Holds no secret. */
  readonly evidence: string;
}

/** One message to one channel: the outbox. Unique by alert, channel and kind. */
export interface StoredDelivery {
  readonly alert: string;
  readonly channel: string;
  /** `firing`, `resolved` or `repeat-N`. */
  readonly kind: string;
  /** Local wall clock when it was written, epoch ms UTC. */
  readonly created: number;
  /** JSON of the alert's body as of this kind: every attempt sends the same bytes, after a restart too. */
  readonly body: string;
  /** Counted as each begins; one without `nextAt`, `receipt` and `error` was cut off amid its last. */
  readonly attempts: number;
  /** Local wall clock of the next attempt, epoch ms UTC; null when there is none. */
  readonly nextAt: number | null;
  /** What the channel answered; null before. */
  readonly receipt: string | null;
  readonly error: string | null;
}

/** One run of a process that wrote. */
export interface StoredRun {
  readonly id: string;
  readonly started: number;
  readonly ended: number | null;
  /** JSON of the configuration, secrets masked. */
  readonly config: string;
  /** JSON of the versions of Comove, Deno and the schema. */
  readonly versions: string;
}

/** Closed bars of one instrument to be written. */
export interface BarBatch {
  readonly instrument: string;
  readonly stepMs: number;
  readonly bars: StoredBars;
  /** Contract month of each bar; undefined for what has none. */
  readonly contract?: readonly (string | undefined)[];
}

/** Funding of one perpetual that was paid, to be written. */
export interface FundingBatch {
  readonly instrument: string;
  /** Each replaces what was known of its time. */
  readonly payments: readonly FundingPayment[];
}

/** Everything that is written together: all of it or nothing. */
export interface StoreBatch {
  /** Must come before, or with, the first rows that name them. */
  readonly instruments?: readonly Instrument[];
  readonly bars?: readonly BarBatch[];
  readonly trades?: readonly { readonly instrument: string; readonly trades: TradeColumns }[];
  readonly fundings?: readonly FundingBatch[];
  /** Each replaces what was known of its time, and splits what reaches beyond it. */
  readonly coverage?: readonly StoredCoverage[];
  readonly alerts?: readonly StoredAlert[];
  readonly deliveries?: readonly StoredDelivery[];
  readonly runs?: readonly StoredRun[];
  /** Short texts by their names, such as where the judging of alerts stands; each replaces the one before. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** What a write changed. Writing a batch again changes nothing. */
export interface StoreChange {
  readonly bars: number;
  readonly revisions: number;
  readonly trades: number;
}

/** A half-open range of one instrument, in epoch ms UTC; `-Infinity` and `Infinity` stand for its ends. */
export interface RangeQuery extends Interval {
  readonly instrument: string;
  /** Most rows, from the oldest on. @default all */
  readonly limit?: number;
}

/** How a query in SQL is asked. */
export interface SqlOptions {
  /** Most rows, up to 100,000. @default 100,000 */
  readonly limit?: number;
  /** Most bytes of the answer, up to 256 MB: 8 a cell, and 2 a character of text. @default 32 MB */
  readonly maxBytes?: number;
  /** It may take so long, local ms, up to a day. @default 30,000 */
  readonly timeoutMs?: number;
  /** Ends it at once; what it rejects with is the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The bounds of a query that gives none. */
export const USUAL_SQL = { limit: 100_000, maxBytes: 32_000_000, timeoutMs: 30_000 } as const;

/** The answer to a query in SQL. */
export interface SqlAnswer {
  readonly columns: readonly string[];
  /**
   * An integer beyond ±2^53, which no number holds exactly, is a text of its digits; an infinite number is the text
   * `Infinity` or `-Infinity`; bytes are a text in hexadecimal.
   */
  readonly data: readonly (readonly (string | number | null)[])[];
  /** There are more rows than are answered. */
  readonly isCut: boolean;
  /** Which bound left them out; undefined where the answer is whole. */
  readonly cutBy: "rows" | "bytes" | undefined;
}

/** How many rows there are of one instrument, step and day of UTC. */
export interface StoredDay {
  readonly instrument: string;
  /** Length of the bars; 0 for trades. */
  readonly stepMs: number;
  /** Start of the day, epoch ms UTC. */
  readonly day: number;
  readonly rows: number;
}

/** What a store is. */
export interface StoreInfo {
  readonly dataKind: DataKind;
  readonly place: string;
  readonly schema: number;
  /** Size on the disk, or in memory. */
  readonly bytes: number;
  /** What is stored, day by day; by instrument, step and day. */
  readonly days: readonly StoredDay[];
}

/** What a check found. */
export interface StoreCheck {
  /** Bars and trades that were read. */
  readonly rows: number;
  /** What is wrong, a sentence each; empty for a sound store. At most {@link MOST_FINDINGS}. */
  readonly findings: readonly string[];
}

/** More are not named. */
export const MOST_FINDINGS = 100;

/** A market that was simulated: another seed or start is another market, and never goes into the same store. */
export interface SimulatedMarket {
  readonly seed: number;
  /** Epoch ms UTC. */
  readonly start: number;
}

/** What can be asked of a store; readers in other processes have this much. */
export interface StoreReader {
  readonly dataKind: DataKind;
  /** The simulated market it holds; undefined for others. */
  readonly market: SimulatedMarket | undefined;
  /** For people: the file, or `memory`. Holds no secret. */
  readonly place: string;
  instruments(): Promise<readonly Instrument[]>;
  bars(query: RangeQuery & { readonly stepMs: number }): Promise<StoredBars>;
  /** Contract months in force, oldest first; empty for what has none. */
  contracts(instrument: string): Promise<readonly (Interval & { readonly contract: string })[]>;
  /**
   * By time, then by id.
   *
   * @param query.afterId goes on after the trade of that id at the time `from`: the next page.
   */
  trades(query: RangeQuery & { readonly afterId?: number }): Promise<TradeColumns>;
  /** What was paid of a perpetual's funding, oldest first; when it fell due unpaid, see `dueFundings`. */
  fundings(query: RangeQuery): Promise<readonly FundingPayment[]>;
  /** Bars made of the stored trades, none where nothing traded; see `resample`. In bounded memory. */
  tradeBars(query: RangeQuery & { readonly stepMs: number }): Promise<BarColumns>;
  /** Those that overlap the range, whole, ascending. @param query.stepMs 0 for trades */
  coverage(query: RangeQuery & { readonly stepMs: number }): Promise<readonly StoredCoverage[]>;
  alerts(query?: Partial<Interval>): Promise<readonly StoredAlert[]>;
  deliveries(): Promise<readonly StoredDelivery[]>;
  runs(): Promise<readonly StoredRun[]>;
  /** The note of this name; undefined where none was written. */
  note(name: string): Promise<string | undefined>;
  info(): Promise<StoreInfo>;
  /** Looks at every page and every row, in small steps. @param onProgress called with the share done, 0 to 1 */
  check(onProgress?: (share: number) => void): Promise<StoreCheck>;
  /**
   * One statement that only reads, in a process of its own: it stops nothing here, and can be ended at any moment.
   *
   * @throws {MarketError} `not-sql` for what would write, is no SQL, or needs more than 1 GB of memory to sort or to
   * group; `sql-timeout` for what takes longer than it may.
   * @throws {RangeError} for a bound out of range.
   */
  sql(statement: string, options?: SqlOptions): Promise<SqlAnswer>;
  /**
   * Calls back with rows that a writer has committed, as soon as the database says so; with undefined where anything may
   * have changed. Not there where a database says nothing by itself.
   *
   * @returns ends it.
   */
  onRows?(callback: (rows: readonly RowNotice[] | undefined) => void): () => Promise<void>;
  close(): Promise<void>;
}

/** Rows of an instrument that were written, from the first to behind the last. */
export interface RowNotice extends Interval {
  readonly instrument: string;
  /** 0 for trades. */
  readonly stepMs: number;
}

/** Where rows of a market go: a store, or a broker on the way to one. */
export type RowTarget = Pick<Store, "dataKind" | "write" | "dropTrades" | "flush" | "close">;

/** The one writer of a store, which reads too. */
export interface Store extends StoreReader {
  /**
   * Writes batches in their order, each in a transaction of its own. Several at once spare the way there and back.
   *
   * @returns what all of them changed.
   * @throws {RangeError} for what is no bar, trade or coverage, naming it; {MarketError} when the disk refuses. Then
   * nothing of that batch and of those after it is there, and all of those before it.
   */
  write(...batches: readonly StoreBatch[]): Promise<StoreChange>;
  /** Deletes trades before a time, in small steps. @returns how many there were. */
  dropTrades(before: number): Promise<number>;
  /** Brings what was written to the disk. */
  flush(): Promise<void>;
}
