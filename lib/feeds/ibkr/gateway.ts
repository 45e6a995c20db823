import type { Clock } from "../../runtime/clock.ts";

/** A future as the venue lists it: one contract month of a root. */
export interface ListedFuture {
  readonly contractId: number;
  /** IBKR's symbol, which several classes may share: `ES`, `BRR`. */
  readonly symbol: string;
  /** `ES`, `BTC`. */
  readonly tradingClass: string;
  /** Contract month's own name: `ESZ6`. */
  readonly localSymbol: string;
  /** Last trade date as the venue wrote it; its time and zone may follow it. */
  readonly lastTradeDate: string;
  /** `YYYYMM`. */
  readonly contractMonth: string;
  readonly exchange: string;
  readonly currency: string;
  readonly multiplier: number | undefined;
  /** Zone of {@link tradingHours}: `US/Central`. */
  readonly timeZone: string;
  /** Sessions about a week ahead, in the venue's notation. */
  readonly tradingHours: string;
}

/** What to look up. */
export interface FutureQuery {
  readonly symbol: string;
  readonly exchange: string;
}

/** An index: `{ symbol: "VIX", exchange: "CBOE" }`. */
export interface IndexQuery {
  readonly symbol: string;
  readonly exchange: string;
}

/** A bar as the venue sent it, unjudged. `time` is its start, epoch ms UTC. */
export interface VenueBar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number | undefined;
  readonly vwap: number | undefined;
}

/** One trade as the venue sent it, unjudged. `time` is epoch ms UTC, in whole seconds. */
export interface VenueTrade {
  readonly time: number;
  readonly price: number;
  readonly size: number;
}

/** Bars of trades, all hours, up to `end` (`""` is now). */
export interface HistoryRequest {
  readonly future: ListedFuture;
  /** `""` or `YYYYMMDD-HH:MM:SS` UTC. */
  readonly end: string;
  /** `900 S` or `2 D`. */
  readonly duration: string;
  /** Bars of a trading day are at midnight UTC of its date. @default "minute" */
  readonly barSize?: "minute" | "day";
}

/** 1 live, 2 frozen, 3 delayed, 4 delayed and frozen. */
export type MarketDataTypeNumber = 1 | 2 | 3 | 4;

/** What a gateway emits, in the order in which it happened. Values are copies and stay as they are. */
export type GatewayEvent =
  /** The TCP connection stands; nobody has answered yet. */
  | { readonly kind: "opened" }
  /** The peer has named its protocol version. */
  | { readonly kind: "version"; readonly version: number }
  | { readonly kind: "accounts"; readonly accounts: readonly string[] }
  | { readonly kind: "next-id"; readonly id: number }
  | { readonly kind: "time"; readonly time: number }
  | { readonly kind: "future"; readonly id: number; readonly future: ListedFuture }
  | { readonly kind: "futures-end"; readonly id: number }
  | { readonly kind: "history"; readonly id: number; readonly bars: readonly VenueBar[] }
  /** A finished five-second bar. */
  | { readonly kind: "bar"; readonly id: number; readonly bar: VenueBar }
  /** A single trade, where they are streamed. */
  | { readonly kind: "trade"; readonly id: number; readonly trade: VenueTrade }
  /** One market-data field: price, size or (88, 45) epoch seconds. */
  | {
    readonly kind: "tick";
    readonly id: number;
    readonly field: number;
    readonly value: number;
  }
  | { readonly kind: "data-type"; readonly id: number; readonly type: number }
  /** A notice or an error; `id` is −1 when it concerns no request. */
  | {
    readonly kind: "notice";
    readonly id: number;
    readonly code: number;
    readonly text: string;
  }
  /** The end; nothing follows. */
  | { readonly kind: "closed"; readonly cause: CloseCause };

/** Why a gateway ended. */
export type CloseCause =
  /** The peer closed, or the network broke. `systemCode` is the system's (`ECONNREFUSED`). */
  | { readonly kind: "lost"; readonly systemCode: string | undefined; readonly text: string }
  /** The peer does not speak the protocol. `bytes` is what it said, printable. */
  | { readonly kind: "not-tws"; readonly bytes: string }
  /** The peer spoke the protocol and then broke its framing. */
  | { readonly kind: "broken-frame"; readonly text: string }
  | { readonly kind: "unsupported-version"; readonly version: number };

export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
  readonly clock: Clock;
}

/**
 * One connection to TWS or IB Gateway, from connecting to its end: just the requests Comove uses. Request
 * ids are the caller's and never used twice. Replies come as {@link GatewayEvent}s. Made for one attempt
 * and thrown away with it.
 */
export interface Gateway {
  currentTime(): void;
  /** Applies to the market-data requests that follow. */
  marketDataType(type: MarketDataTypeNumber): void;
  futures(id: number, query: FutureQuery): void;
  history(id: number, request: HistoryRequest): void;
  cancelHistory(id: number): void;
  /** Five-second bars of trades, all hours. */
  bars(id: number, future: ListedFuture): void;
  cancelBars(id: number): void;
  ticks(id: number, future: ListedFuture): void;
  /** The same of an index. */
  indexTicks(id: number, index: IndexQuery): void;
  cancelTicks(id: number): void;
  /** The present market-data fields, once; never a regulatory snapshot, which IBKR bills. */
  snapshot(id: number, of: ListedFuture | IndexQuery): void;
  /** Single trades, from now on. */
  trades(id: number, future: ListedFuture): void;
  cancelTrades(id: number): void;
  /** Ends the connection; resolves when the socket is gone. No event follows. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens a connection and emits what happens, never before it has returned. Does not throw for what the
 * outside does.
 */
export type OpenGateway = (
  options: GatewayOptions,
  onEvent: (event: GatewayEvent) => void,
) => Gateway;
