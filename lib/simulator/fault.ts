import type { Venue } from "../model/instrument.ts";

/** When a fault strikes, in venue time: at an epoch ms, or a duration after the script's start. */
export type FaultTime = { readonly time: number } | { readonly afterMs: number };

/** Faults that are over at once. */
type Momentary =
  /** Every connection is cut with a reset. */
  | "drop"
  /** Streams go silent with no error; sockets, pings and replies go on. Resubscribing restores them. */
  | "dead-streams"
  /** Binance: sockets end as after 24 hours. */
  | "lifetime"
  /** Deribit: `test_request` goes unanswered, as far as Deribit can see: it closes the connections. */
  | "heartbeat-lost"
  /** IBKR: code 10225 for each stream, which is gone. */
  | "end-streams"
  /** IBKR: a message claims an impossible length. */
  | "bad-length";

/** Faults that last for a while. */
type Lasting =
  /** Half-open: nothing is read, answered or sent. */
  | "stall"
  /** Connections are cut and new ones refused. */
  | "refuse"
  /** Binance, Coinbase, Kraken: subscriptions are acknowledged but deliver nothing; pings and REST go on. */
  | "silence"
  /** Binance, Coinbase, Kraken: the same for one symbol's klines or trades, and resubscribing does not help. */
  | "mute"
  /** Coinbase: heartbeats name no newest trade. */
  | "no-last-trade"
  /** Deribit: index channels go silent, and a resubscription leaves them out of the accepted ones. */
  | "channel-missing"
  /** Deribit, Kraken: maintenance is announced and connections close; calls are refused until it is over. */
  | "maintenance"
  /** Coinbase: the first product that is streamed is so, and is not traded. */
  | "offline"
  | "auction"
  | "delisted"
  /** Coinbase: the same; Kraken: its whole market. */
  | "cancel-only"
  | "post-only"
  /** The same, and trades go on. */
  | "limit-only"
  /** Deribit: the indices are locked: announced, and no values. */
  | "lock-index"
  /** IBKR: code 1100, then 1102 and the streams go on. */
  | "outage-kept"
  /** IBKR: code 1100, then 1101 and the streams are gone. */
  | "outage-lost"
  /** IBKR: code 1100, then 1102, which claims that data was kept, but the streams are dead. */
  | "outage-dead"
  /** IBKR: code 2103, no market data, then 2104 and the streams are dead. */
  | "farm"
  /** IBKR: code 2105, history refused, then 2106. */
  | "history-farm"
  /** IBKR: history requests are never answered. */
  | "history-silent"
  /** IBKR: code 10197, another session takes the data. */
  | "compete"
  /** IBKR: the client ids of connections that end stay in use (code 326). */
  | "hold-ids"
  /** IBKR: code 1100, all clients are disconnected, none is accepted, and client ids stay in use a while. */
  | "restart"
  /** IBKR: connections are cut; new ones are accepted and never answered. */
  | "hang";

/** Faults of the next few messages or answers. */
type Counted =
  /** Broken text, impossible values. */
  | "corrupt"
  /** Market data comes twice. */
  | "duplicate"
  /** Market data comes in another order. */
  | "shuffle"
  /** Coinbase, Kraken: trades are left out of the stream. */
  | "lose-trades"
  /** Binance, Coinbase, Kraken: answers of minutes are cut short. */
  | "rest-short"
  /** Deribit: calls are refused with 10028, each of which ends its connection. */
  | "credits"
  /** Deribit: answers of history have a row of a minute to come. */
  | "future-row"
  /** IBKR: code 162 in three of its meanings: too fast, nothing there, trouble of the service. */
  | "history-pacing"
  | "history-no-data"
  | "history-error"
  /** IBKR, Deribit: answers of history are cut short. */
  | "history-short";

/** Faults that hold something back. */
type Delaying =
  /** Every message. */
  | "delay"
  /** Binance, Coinbase, Kraken: REST answers. */
  | "rest-slow"
  /** Binance, Coinbase, Kraken: REST shows the market as it was before. */
  | "rest-lag"
  /** IBKR: answers of history. */
  | "history-slow";

/** IBKR refuses, with a code of its own, what it has served before. */
type Refusing =
  /** Contract details. */
  | "refuse-listing"
  /** History. */
  | "refuse-history"
  /** Streams: those that are open end with the code, and new ones are refused. */
  | "refuse-streams";

/** What goes wrong; durations are venue ms. See {@link FaultTarget}. */
export type FaultAction =
  | { readonly kind: Momentary }
  | { readonly kind: Lasting; readonly durationMs: number }
  | { readonly kind: Counted; readonly count: number }
  | { readonly kind: Delaying; readonly delayMs: number; readonly durationMs: number }
  | { readonly kind: Refusing; readonly code: number; readonly durationMs: number }
  /** Binance announces its end, and ends the sockets later. */
  | { readonly kind: "shutdown"; readonly delayMs: number }
  /** Binance, Coinbase, Kraken: the next REST calls are answered with a status, 429 and 418 with a time to wait. */
  | {
    readonly kind: "rest-error";
    readonly status: number;
    readonly count: number;
    readonly retryAfterMs: number;
  };

export type FaultKind = FaultAction["kind"];

/** One thing that goes wrong at one venue. */
export interface Fault {
  readonly at: FaultTime;
  readonly venue: Venue;
  readonly action: FaultAction;
}
