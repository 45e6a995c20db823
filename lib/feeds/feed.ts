import type { MinuteLedger } from "../bars/minute_ledger.ts";
import type { ConnectionState, FeedEvent } from "../model/feed_event.ts";
import type { Instrument, Source, Venue } from "../model/instrument.ts";
import type { MarketError } from "../model/errors.ts";
import type { Interval } from "../model/time.ts";
import type { TradeCoverage } from "../model/trade_coverage.ts";
import type { KnownTrades, TradeHole } from "../model/trade_hole.ts";
import type { TradingMode } from "../model/trading_mode.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";
import type { BreakerState } from "./connection.ts";
import type { SourceLabel } from "./source_label.ts";

/** What every feed is given. */
export interface FeedContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Venue seconds per local second; 1 against a real venue. */
  readonly speed: number;
  /** Label of what the feed brings: `live` or `simulated` (a feed lowers it to `delayed` itself). */
  readonly source: Source;
  /** What data is labelled with; a feed calls it when it learns that its server is simulated. */
  readonly label?: SourceLabel;
  /** How far back to fill at the start, ms. */
  readonly backfillMs: number;
  /**
   * Trades come in the order of their ids, and those that a stream skipped are fetched, where the venue numbers
   * them. @default false
   */
  readonly keepsTrades?: boolean;
  /**
   * What a store holds of an instrument's trades: what it lacks is fetched by id. Asked once, with the first trade.
   * @default nothing is stored
   */
  readonly knownTrades?: (instrument: string, isSimulated: boolean) => KnownTrades | undefined;
  /**
   * What a store or broker that was away too long has lost of an instrument's trades since that was asked last, oldest
   * first: fetched by id. @default nothing is lost
   */
  readonly lostTrades?: (instrument: string) => readonly TradeHole[];
  /**
   * Brings closed minutes of a ledger into the store, and resolves when they are there or cannot be for now: the next
   * page of history waits for it, so that a kill costs no more than one. @default nothing is stored
   */
  readonly keepMinutes?: (instrument: string, minutes: Interval) => Promise<void>;
  /** Where closed minutes go, one ledger an instrument id. The feed writes, everybody else reads. */
  readonly ledgers: ReadonlyMap<string, MinuteLedger>;
  /** Called for each event, in order, after the ledger was written. */
  readonly emit: (event: FeedEvent) => void;
}

/**
 * State of one instrument's stream. `closed` while its market is; `unknown` while it is silent and nobody has
 * said whether its market is open; `stopped` with its venue, as the user wants it; `stored` where nothing streams, and what is there was read from a store.
 */
export type StreamState =
  | "waiting"
  | "live"
  | "stale"
  | "closed"
  | "unknown"
  | "failed"
  | "stopped"
  | "stored";

/** The contract month that comes next, while the roll is near. */
export interface NextContract {
  /** `ESH6`. */
  readonly contract: string;
  readonly lastPrice: number;
  /** Its part of what both contracts traded this trading day, 0 to 1; NaN before the first trade. */
  readonly volumeShare: number;
}

/** What an instrument still wants of the venue's history, and when the venue's limits let it ask. */
export interface Backlog {
  /** Minutes wanted. */
  readonly minutes: number;
  /** Requests they take. */
  readonly requests: number;
  /** Instruments of the venue that are served first; 0 for the one that is next or under way. */
  readonly position: number;
  /** Local ms until its next request may be sent; 0 when it may be now. */
  readonly nextInMs: number;
  /** Local ms until its last request may be sent, were all answered at once. */
  readonly lastInMs: number;
}

export interface StreamSnapshot {
  readonly instrument: string;
  /** `waiting` for first data; `closed` while the market is. */
  readonly state: StreamState;
  readonly source: Source;
  /** Whether it comes 10 to 15 minutes late. @default as `source` says */
  readonly isDelayed?: boolean;
  /** Contract month being streamed (`ESZ6`). */
  readonly contract: string | undefined;
  /** Futures in the week before the roll only. */
  readonly next?: NextContract;
  /** Local ms since the last message; undefined before the first. */
  readonly lastEventAgeMs: number | undefined;
  /** Open time of the newest closed minute. */
  readonly lastBar: number | undefined;
  readonly gaps: number;
  readonly resubscribes: number;
  /** Which trades came, where they are kept ({@link FeedContext.keepsTrades}). */
  readonly trades?: TradeCoverage;
  /** Undefined while nothing is wanted of history. */
  readonly backlog?: Backlog;
  readonly error: MarketError | undefined;
  /** What the venue lets be done with it; undefined while it has not said so. It is `closed` where nothing trades. */
  readonly trading?: TradingMode;
}

export type AccountKind = "paper" | "live";

export interface FeedSnapshot {
  readonly venue: Venue;
  readonly state: ConnectionState;
  /** Local wall clock when the state was entered. */
  readonly since: number;
  /** Connections lost and made again. */
  readonly reconnects: number;
  /** Attempts in a row that brought no lasting data. */
  readonly attempt: number;
  readonly breaker: BreakerState;
  /** Local wall clock of the next attempt; undefined unless one is waited for. */
  readonly retryAt: number | undefined;
  /** Messages of the venue that could not be used. */
  readonly rejectedFrames: number;
  /** The newest failure, kept until live again. */
  readonly lastError: MarketError | undefined;
  /** Best guess of the venue's time now; NaN while unknown. */
  readonly venueTime: number;
  readonly clockOffsetMs: number;
  readonly clockUncertaintyMs: number;
  /** Whether orders would be real; undefined while unknown, and where there is no account. */
  readonly account?: AccountKind | undefined;
  readonly streams: readonly StreamSnapshot[];
}

/** One venue: connects, streams, recovers, heals; writes closed minutes into the ledgers. */
export interface Feed {
  readonly venue: Venue;
  /** Those followed now. */
  readonly instruments: readonly Instrument[];
  /** Begins, also again after {@link stop}; returns at once and never throws for what the outside does. */
  start(): void;
  /**
   * Gives up the connection with its timers and sockets until {@link start}, which heals what went by meanwhile.
   * Resolves when all of it is freed.
   */
  stop(): Promise<void>;
  snapshot(): FeedSnapshot;
  /**
   * A venue time that has surely passed; `-Infinity` while unknown. What is closed and settled is
   * judged by it.
   */
  venueTimeAtLeast(): number;
  /**
   * Streams one more instrument, while open as before. Its ledger must be among those of the context by then.
   *
   * @throws {RangeError} when the venue cannot have such an instrument, or it is followed already.
   */
  follow(instrument: Instrument): void;
  /** Leaves no stream, timer or wish for history of that instrument; nothing when it is not followed. */
  unfollow(id: string): void;
  /** Stops everything; leaves no timer, socket or listener. Safe to call twice. */
  close(): Promise<void>;
}
