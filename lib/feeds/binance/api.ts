import { SECOND } from "../../model/time.ts";
import type { KeepaliveLimits } from "../streaming/adapter.ts";

/** The markets of Binance that Comove follows: spot, and futures margined in US dollars. */
export type BinanceMarket = "spot" | "usdm";

/** A stream that comes whatever trades: while it does, its socket lives. */
export interface Keepalive extends KeepaliveLimits {
  /** What follows the `@` in its name. */
  readonly stream: string;
}

/** What differs between the market-data interfaces of two Binance markets. */
export interface BinanceApi {
  readonly market: BinanceMarket;
  /** The market in a sentence. */
  readonly title: string;
  /** Its instruments in a sentence. */
  readonly symbols: string;
  /** Path of combined streams on the stream host. One socket serves one path. */
  readonly streamPath: string;
  /** What follows the `@` in the name of the trade stream. */
  readonly tradeStream: "trade" | "aggTrade";
  /** Where lost trades are asked for by id, under the root, and what a request costs. */
  readonly trades: {
    readonly path: string;
    readonly kind: "single" | "aggregate";
    readonly weight: number;
  };
  /** The usual stream host. */
  readonly streamUrl: string;
  /** What every REST path begins with. */
  readonly restRoot: string;
  /** Rows that one request of klines may bring. */
  readonly maxKlines: number;
  /** Request weight of klines. */
  klinesWeight(limit: number): number;
  /** Request weight allowed in a minute and address. */
  readonly weightPerMinute: number;
  /** This long without a kline is silence where they usually come every `gapMs`; all venue ms, */
  silentMs(gapMs: number): number;
  /** and this long without the first one after the socket opened. */
  readonly firstMs: number;
  /** Undefined where klines come whatever trades. */
  readonly keepalive: Keepalive | undefined;
}

/**
 * Source: Binance spot, "WebSocket Streams" and "Limits". Klines come every 2 s, whatever happens. Silence is
 * looked for once a second, so that a dead stream is found within 10 s.
 */
const spot: BinanceApi = {
  market: "spot",
  title: "spot market",
  symbols: "spot pairs",
  streamPath: "/stream",
  tradeStream: "trade",
  trades: { path: "historicalTrades", kind: "single", weight: 25 },
  streamUrl: "wss://stream.binance.com:9443",
  restRoot: "/api/v3",
  maxKlines: 1_000,
  klinesWeight: () => 2,
  weightPerMinute: 6_000,
  silentMs: () => 9 * SECOND,
  firstMs: 15 * SECOND,
  keepalive: undefined,
};

/** The longest time between two klines of an instrument that does not trade, with some patience. */
const USDM_LONGEST_MS = 65 * SECOND;

/**
 * Source: Binance USD-M futures, "WebSocket Market Streams" and "Klines". Streams are split by route since
 * 2026: klines and aggregate trades live under `/market`, single trades under `/public`. One socket has one
 * route, so the trades are the aggregate ones. Klines come every 250 ms, but only when something changed,
 * and at the end of each minute: what is silence of a kline stream by itself depends on how busy the
 * instrument is. The mark price comes every 3 s whatever trades, on the same route: three that are missed,
 * and nothing else either, are a dead socket.
 */
const usdm: BinanceApi = {
  market: "usdm",
  title: "USD-M futures market",
  symbols: "USD-M perpetuals",
  streamPath: "/market/stream",
  tradeStream: "aggTrade",
  trades: { path: "aggTrades", kind: "aggregate", weight: 20 },
  streamUrl: "wss://fstream.binance.com",
  restRoot: "/fapi/v1",
  maxKlines: 1_500,
  klinesWeight: (limit) => limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10,
  weightPerMinute: 2_400,
  silentMs: (gapMs) => Math.min(USDM_LONGEST_MS, Math.max(10 * SECOND, 40 * gapMs)),
  firstMs: USDM_LONGEST_MS,
  keepalive: { stream: "markPrice", silentMs: 9 * SECOND, firstMs: 15 * SECOND },
};

/** The market-data interface of one market. */
export function binanceApiOf(market: BinanceMarket): BinanceApi {
  return market === "usdm" ? usdm : spot;
}
