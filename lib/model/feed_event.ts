import type { Bar } from "./bar.ts";
import type { FundingEstimate, FundingPayment } from "./funding.ts";
import type { Source, Venue } from "./instrument.ts";
import type { MarketError } from "./errors.ts";
import type { TradingMode } from "./trading_mode.ts";

/**
 * How a closed minute came in: as it closed, by the live stream or the poll that follows its end, or later from
 * the venue's history.
 */
export type Origin = "stream" | "history";

/**
 * The states of a venue connection. Only data moves it to `live`; `stale` is an open connection in an
 * open market that has gone quiet; `failed` waits for the user; `stopped` is what the user wants for now.
 */
export type ConnectionState =
  | "idle"
  | "connecting"
  | "handshake"
  | "ready"
  | "starting"
  | "live"
  | "stale"
  | "recovering"
  | "failed"
  | "stopped"
  | "closed";

/** A trade from a venue's history. */
export interface BackfilledTrade {
  /** The venue's own id. */
  readonly id: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
  /** Side of the taker; left out where the venue does not send it. */
  readonly side?: "buy" | "sell";
}

/** Every event that a feed emits. `receivedAt` is the local clock; other times are the venue's. */
export type FeedEvent =
  | {
    readonly kind: "bar";
    readonly instrument: string;
    /** A closed minute, entered in the ledger just before this event. */
    readonly bar: Bar;
    readonly origin: Origin;
    readonly change: "new" | "revision";
    readonly receivedAt: number;
  }
  | {
    readonly kind: "forming";
    readonly instrument: string;
    /** The minute so far; `closed` is false. */
    readonly bar: Bar;
    readonly receivedAt: number;
  }
  | {
    readonly kind: "trade";
    readonly instrument: string;
    /**
     * The venue's own id, one higher at each trade of the instrument; where a venue has none, the sequence of
     * receipt within the run.
     */
    readonly id: number;
    readonly time: number;
    readonly price: number;
    readonly size: number;
    /** Side of the taker; left out where the venue does not send it. */
    readonly side?: "buy" | "sell";
    readonly receivedAt: number;
  }
  /** The stream skipped trades, ids `[fromId, toId)`; later ones wait for them. */
  | {
    readonly kind: "trade-gap";
    readonly instrument: string;
    readonly fromId: number;
    readonly toId: number;
    readonly receivedAt: number;
  }
  /** That gap is closed; the trades that filled it were emitted before. */
  | {
    readonly kind: "trade-heal";
    readonly instrument: string;
    readonly fromId: number;
    readonly toId: number;
    /** Trades taken from the venue's history, or that came late. */
    readonly filled: number;
    /** Ids that are not to be had. */
    readonly missing: number;
    readonly receivedAt: number;
  }
  /**
   * What becomes of trades that a store lacked before the run: ids `[fromId, toId)`, whose times lie in `[from, to)`.
   * They are no news of the market, so they are no `trade` events.
   */
  | {
    readonly kind: "trade-backfill";
    readonly instrument: string;
    readonly fromId: number;
    readonly toId: number;
    readonly from: number;
    readonly to: number;
    /** `healing`: they will be asked for; `complete`: here they all are; `missing`: they are not to be had. */
    readonly state: "healing" | "complete" | "missing";
    /** Why they are missing; empty otherwise. */
    readonly reason: string;
    /** In the order of ids; empty unless complete. */
    readonly trades: readonly BackfilledTrade[];
    readonly receivedAt: number;
  }
  /** What a perpetual's venue expects of its next funding: said anew when it has changed, and once a minute. */
  | {
    readonly kind: "funding-estimate";
    readonly instrument: string;
    readonly estimate: FundingEstimate;
    readonly receivedAt: number;
  }
  /** Funding of a perpetual that was paid: what was not known before, or not so. */
  | {
    readonly kind: "funding-payments";
    readonly instrument: string;
    readonly payments: readonly FundingPayment[];
    readonly receivedAt: number;
  }
  | {
    readonly kind: "transition";
    readonly venue: Venue;
    readonly from: ConnectionState;
    readonly to: ConnectionState;
    readonly reason: string;
    /** Venue time, where it is known yet. */
    readonly time: number | undefined;
    readonly receivedAt: number;
  }
  | {
    readonly kind: "gap";
    readonly instrument: string;
    readonly from: number;
    readonly to: number;
    readonly reason: string;
    readonly receivedAt: number;
  }
  | {
    readonly kind: "heal";
    readonly instrument: string;
    readonly from: number;
    readonly to: number;
    /** Minutes filled from the venue's history. */
    readonly filled: number;
    /** Minutes for which the venue itself has no bar. */
    readonly absent: number;
    readonly receivedAt: number;
  }
  | {
    readonly kind: "clock";
    readonly venue: Venue;
    /** Venue time minus local time, ms, with its half-width. */
    readonly offsetMs: number;
    readonly uncertaintyMs: number;
    readonly receivedAt: number;
  }
  | {
    readonly kind: "contract";
    readonly instrument: string;
    readonly contract: string;
    /** Last trade date, `YYYYMMDD`. */
    readonly expiry: string;
    /** When the front month moves on to the next contract. */
    readonly rollAt: number;
    readonly receivedAt: number;
  }
  | {
    readonly kind: "label";
    readonly instrument: string;
    /** The venue changed what it sends: live, delayed, … */
    readonly source: Source;
    /** Whether it comes 10 to 15 minutes late. @default as `source` says */
    readonly isDelayed?: boolean;
    readonly receivedAt: number;
  }
  | {
    readonly kind: "trading";
    readonly instrument: string;
    /** What the venue lets be done with it from now on; another than before. */
    readonly mode: TradingMode;
    readonly receivedAt: number;
  }
  | {
    readonly kind: "failure";
    readonly venue: Venue;
    /** What failed, why, and what to do next; passing or not by its remedy. */
    readonly error: MarketError;
    readonly receivedAt: number;
  };
