import type { Bar } from "../../../lib/model/bar.ts";
import type { Coverage } from "../../../lib/model/coverage.ts";
import type { ConnectionState, FeedEvent } from "../../../lib/model/feed_event.ts";
import type { Venue } from "../venue.ts";
import type { Interval } from "../../../lib/model/time.ts";
import type { Promises } from "./promises.ts";

/** An event and the true venue time at which it was told. */
export interface Told {
  readonly at: number;
  readonly event: FeedEvent;
}

/** What one ledger held at the end. */
export interface LedgerExport {
  readonly instrument: string;
  readonly venue: Venue;
  readonly from: number;
  readonly to: number;
  readonly bars: readonly Bar[];
  readonly coverage: Coverage;
}

/** What the client's sockets did. */
export interface SocketStep {
  readonly at: number;
  readonly venue: Venue;
  readonly id: number;
  readonly what: "dial" | "open" | "end";
}

/** A request over HTTP: sent, or its answer received. */
export type HttpStep =
  | { readonly at: number; readonly what: "ask" }
  | {
    readonly at: number;
    readonly what: "answer";
    readonly status: number;
    readonly retryAfterMs: number | undefined;
  };

/** A question to IBKR's history. */
export interface HistoryQuestion {
  readonly at: number;
  readonly contract: string;
  /** All that makes two questions about a contract the same. */
  readonly text: string;
}

/** A fault that struck, from its strike to its end; without length when it waits for its occasion. */
export interface Struck extends Interval {
  readonly who: Venue | "client" | "network";
  readonly kind: string;
}

/**
 * Everything a run left behind that a judge may know. All times are true venue time, epoch ms UTC. The
 * events `forming` and `trade` are not kept.
 */
export interface History extends Interval {
  /** What the feeds had promised under the run's configuration. */
  readonly promises: Promises;
  readonly told: readonly Told[];
  /** When market data reached the client, by venue. */
  readonly data: Readonly<Partial<Record<Venue, readonly number[]>>>;
  /** When five-second bars did, which only live data has. */
  readonly bars: readonly number[];
  readonly sockets: readonly SocketStep[];
  readonly http: readonly HttpStep[];
  readonly questions: readonly HistoryQuestion[];
  readonly faults: readonly Struck[];
  /** When the client itself stood still. */
  readonly standstills: readonly Interval[];
  readonly ledgers: readonly LedgerExport[];
  /** Of the venues that took part. */
  readonly finalStates: Readonly<Partial<Record<Venue, ConnectionState>>>;
  /** Rules of the venues that were broken, by the venues' own count. */
  readonly violations: readonly string[];
  /** What was left open after closing: timers, sockets. */
  readonly leftovers: readonly string[];
}

/** The minute as it really was, and the contract in front; undefined when there was none. */
export type TruthAt = (
  instrument: string,
  openTime: number,
) =>
  | (Pick<Bar, "open" | "high" | "low" | "close" | "volume"> & {
    readonly contract: string | undefined;
  })
  | undefined;

/** What a check holds against a run. */
export interface Finding {
  /** Property of the promise: P1 complete, P2 once, … */
  readonly property: string;
  readonly text: string;
}
