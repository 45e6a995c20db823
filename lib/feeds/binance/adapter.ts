import type { Venue } from "../../model/instrument.ts";
import { HOUR, MINUTE } from "../../model/time.ts";
import { decodeBinanceError, isUnknownSymbol } from "../../wire/binance_error.ts";
import {
  type BinanceKline,
  decodeKlineRows,
  decodeServerTime,
  minuteOf,
} from "../../wire/binance_kline.ts";
import { type BinanceMessage, decodeBinanceFrame } from "../../wire/binance_stream.ts";
import type {
  MinutesPage,
  MinutesQuery,
  Question,
  StreamingAdapter,
  StreamMessage,
  Subscribe,
  Topic,
} from "../streaming/adapter.ts";
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
    decode: (text) => messageOf(decodeBinanceFrame(text), api),
    subscribe: subscribeOf(api),
    history: { minutes: klinesOf(api) },
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
        if (body === undefined || !isUnknownSymbol(body)) return body;
        return { code: body.code, text: body.text, means: "unknown-symbol" };
      },
    },
  };
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
      const { symbol, eventTime, id, tradeTime: time, price, size } = message;
      const side = message.buyerIsMaker ? "sell" : "buy";
      // Klines count single trades.
      const sequence = message.kind === "trade" ? id : message.lastTradeId;
      return {
        kind: "trades",
        symbol,
        eventTime,
        trades: [{ id, sequence, time, price, size, side }],
      };
    }
    case "mark-price": {
      const { symbol, eventTime } = message;
      return keepalive === undefined ? IGNORED : { kind: "keepalive", symbol, eventTime };
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
    path: (topics) => `${streamPath}?streams=${topics.map(({ name }) => name).join("/")}`,
    isByPath: true,
    add: request("SUBSCRIBE"),
    remove: request("UNSUBSCRIBE"),
  };
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
