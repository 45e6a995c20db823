import type { Venue } from "../../model/instrument.ts";
import { HOUR, MINUTE } from "../../model/time.ts";
import {
  type BinanceErrorBody,
  decodeBinanceError,
  isTooManyRequests,
  isUnknownSymbol,
} from "../../wire/binance_error.ts";
import {
  type BinanceKline,
  decodeKlineRows,
  decodeServerTime,
  minuteOf,
} from "../../wire/binance_kline.ts";
import { type BinanceMessage, decodeBinanceFrame } from "../../wire/binance_stream.ts";
import { type BinanceTradeRow, decodeTradeRows } from "../../wire/binance_trade.ts";
import type {
  MinutesPage,
  MinutesQuery,
  Question,
  StreamingAdapter,
  StreamMessage,
  Subscribe,
  Topic,
  TradesPage,
  TradesQuery,
  VenueRefusal,
  VenueTrade,
} from "../streaming/adapter.ts";
import { binanceFunding } from "./funding.ts";
import { type BinanceApi, binanceApiOf, type BinanceMarket } from "./api.ts";

/** Binance cuts every stream after 24 h; the replacement is opened before that. */
const RENEW_AFTER_MS = 23 * HOUR;

/**
 * A market of Binance as a streaming venue.
 *
 * Source: Binance spot and USD-M futures, "WebSocket Streams", "Limits": 300 connections every 5 minutes and
 * address. Other programs dial from the same address too, so a fifth of it is used.
 *
 * @param venue its id in Comove, and the section of the configuration that holds its addresses.
 */
export function binanceAdapter(market: BinanceMarket, venue: Venue): StreamingAdapter {
  const api = binanceApiOf(market);
  return {
    venue,
    minutesFrom: "bars",
    decode: (text) => messageOf(decodeBinanceFrame(text), api),
    subscribe: subscribeOf(api),
    history: {
      minutes: klinesOf(api),
      trades: tradesOf(api),
      ...(market === "usdm" ? { funding: binanceFunding(api.restRoot) } : {}),
    },
    serverTime: {
      request: () => ({ path: `${api.restRoot}/time`, weight: 1 }),
      read: ({ text }) => {
        const venueTime = decodeServerTime(text);
        return venueTime === undefined ? undefined : { venueTime, resolutionMs: 1 };
      },
    },
    limits: {
      maxMinutes: api.maxKlines,
      requests: { limit: api.weightPerMinute, windowMs: MINUTE },
      requestScope: api.restRoot,
      usedWeight: (headers) => {
        const used = Number(headers["x-mbx-used-weight-1m"] ?? NaN);
        return used >= 0 ? used : undefined;
      },
      dials: { limit: 60, windowMs: 5 * MINUTE },
      renewAfterMs: RENEW_AFTER_MS,
      silentMs: api.silentMs,
      firstMs: api.firstMs,
      ...(api.keepalive === undefined ? {} : { keepalive: api.keepalive }),
    },
    explain: {
      venue,
      title: "Binance",
      section: venue,
      market: api.title,
      symbols: `${api.symbols} are written BTCUSDT, ETHUSDT`,
      streamUrl: api.streamUrl,
      refusal: ({ status, text }) => {
        const body = status === 200 ? undefined : decodeBinanceError(text);
        return body === undefined ? undefined : refusalOf(body);
      },
    },
  };
}

function refusalOf(body: BinanceErrorBody): VenueRefusal {
  const { code, text, bannedUntil } = body;
  if (isUnknownSymbol(body)) return { code, text, means: "unknown-symbol" };
  if (bannedUntil !== undefined) return { code, text, means: "banned", until: bannedUntil };
  return isTooManyRequests(body) ? { code, text, means: "rate-limited" } : { code, text };
}

function messageOf(message: BinanceMessage, { tradeStream, keepalive }: BinanceApi): StreamMessage {
  switch (message.kind) {
    case "kline": {
      const { symbol, eventTime, kline } = message;
      if (kline.interval !== "1m") return IGNORED;
      const fault = lengthFaultOf(kline);
      if (fault !== undefined) return { kind: "rejected", reason: fault };
      const { lastTradeId, isClosed } = kline;
      const minute = minuteOf(kline);
      return { kind: "bar", symbol, eventTime, minute, lastTrade: lastTradeId, isClosed };
    }
    case "trade":
    case "aggregate-trade": {
      if ((message.kind === "trade") !== (tradeStream === "trade")) return IGNORED;
      const { symbol, eventTime, id, tradeTime: time } = message;
      const lastTradeId = message.kind === "trade" ? id : message.lastTradeId;
      const { price, size, buyerIsMaker } = message;
      const side = buyerIsMaker ? "sell" : "buy";
      const trade: VenueTrade = { id, sequence: lastTradeId, time, price, size, side };
      return { kind: "trades", symbol, eventTime, trades: [trade] };
    }
    case "mark-price": {
      const { symbol, eventTime, funding } = message;
      return keepalive === undefined ? IGNORED : { kind: "keepalive", symbol, eventTime, funding };
    }
    case "shutdown":
      return { kind: "closing" };
    case "error":
      return { kind: "refused", text: `${message.text} (${message.code})` };
    case "rejected":
      return message;
    default:
      return IGNORED;
  }
}

const IGNORED: StreamMessage = { kind: "ignored" };

function lengthFaultOf({ openTime, closeTime }: BinanceKline): string | undefined {
  return closeTime === openTime + MINUTE - 1 ? undefined : "a kline that is not one minute long";
}

function subscribeOf({ streamPath, tradeStream, keepalive }: BinanceApi): Subscribe {
  const request = (method: string) => (topics: readonly Topic[], freshId: () => number) => [
    JSON.stringify({ method, params: topics.map(({ name }) => name), id: freshId() }),
  ];
  return {
    topics: (symbol) => {
      const topic = (kind: Topic["kind"], stream: string): Topic => {
        return { kind, symbol, name: `${symbol.toLowerCase()}@${stream}` };
      };
      const topics = [topic("bars", "kline_1m"), topic("trades", tradeStream)];
      if (keepalive !== undefined) topics.push(topic("keepalive", keepalive.stream));
      return topics;
    },
    route: streamPath.replace(/\/stream$/, ""),
    path: (topics) => `${streamPath}?streams=${topics.map(({ name }) => encoded(name)).join("/")}`,
    isByPath: true,
    add: request("SUBSCRIBE"),
    remove: request("UNSUBSCRIBE"),
  };
}

/** A symbol may be of any script; the `@` between it and its stream stays as Binance writes it. */
function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll("%40", "@");
}

/** Klines that open at a time or later, oldest first. */
function klinesOf({ restRoot, klinesWeight }: BinanceApi): Question<MinutesQuery, MinutesPage> {
  return {
    request: ({ symbol, from, limit }) => {
      const search = new URLSearchParams({
        symbol,
        interval: "1m",
        startTime: `${from}`,
        limit: `${limit}`,
      });
      return { path: `${restRoot}/klines?${search}`, weight: klinesWeight(limit) };
    },
    read: ({ text }, { from, limit }) => {
      const reply = decodeKlineRows(text);
      if (reply === undefined) return undefined;
      const rejected = [...reply.rejected];
      const minutes = reply.rows.flatMap((row) => {
        const fault = lengthFaultOf(row);
        if (fault !== undefined) rejected.push(fault);
        return fault === undefined ? [minuteOf(row)] : [];
      });
      const last = reply.rows.at(-1);
      const isFull = reply.rows.length + reply.rejected.length >= limit;
      const next = last !== undefined && last.openTime >= from && isFull
        ? last.openTime + MINUTE
        : undefined;
      return { minutes, rejected, next };
    },
  };
}

/** @param row `lastTradeId` is what klines count. */
function tradeOf(row: BinanceTradeRow): VenueTrade {
  const { id, lastTradeId: sequence, time, price, size, buyerIsMaker } = row;
  return { id, sequence, time, price, size, side: buyerIsMaker ? "sell" : "buy" };
}

/** Rows that one request of trades may bring. */
const MAX_TRADES = 1_000;

/**
 * Trades from an id on, oldest first. What is older than the venue's history reaches (the last 24 hours of USD-M)
 * is left out at the beginning of the answer.
 */
function tradesOf({ restRoot, trades }: BinanceApi): Question<TradesQuery, TradesPage> {
  return {
    request: ({ symbol, fromId, toId }) => {
      const limit = Math.min(MAX_TRADES, toId - fromId);
      const search = new URLSearchParams({ symbol, fromId: `${fromId}`, limit: `${limit}` });
      return { path: `${restRoot}/${trades.path}?${search}`, weight: trades.weight };
    },
    read: ({ text }, { fromId }) => {
      const rows = decodeTradeRows(text, trades.kind);
      if (rows === undefined) return undefined;
      const last = rows.at(-1);
      const covers = last === undefined || rows[0]!.id < fromId
        ? undefined
        : { fromId, toId: last.id + 1 };
      return { trades: rows.map(tradeOf), covers };
    },
  };
}
