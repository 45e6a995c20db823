import type { FundingEstimate } from "../model/funding.ts";
import { FieldReader, type Fields, fieldsOf, parseJson } from "./field_reader.ts";
import { type BinanceTradeMessage, readTradeFrame } from "./binance_trade_frame.ts";
import { MAX_JSON } from "./json_fields.ts";
import { fundingEstimateOf } from "./binance_funding.ts";
import { type BinanceStreamKline, streamKlineOf } from "./binance_kline.ts";

/** What one frame of a Binance market stream says. Times are epoch ms, UTC; symbols are uppercase. */
export type BinanceMessage =
  | {
    readonly kind: "kline";
    readonly symbol: string;
    readonly eventTime: number;
    readonly kline: BinanceStreamKline;
  }
  | BinanceTradeMessage
  | {
    readonly kind: "mark-price";
    readonly symbol: string;
    readonly eventTime: number;
    readonly funding: FundingEstimate;
  }
  /** The server is about to close: open a replacement at once. */
  | { readonly kind: "shutdown"; readonly eventTime: number }
  /** A control request was accepted. */
  | { readonly kind: "reply"; readonly id: RequestId; readonly result: unknown }
  /** A control request was refused. */
  | {
    readonly kind: "error";
    readonly id: RequestId;
    readonly code: number;
    readonly text: string;
  }
  /** Well-formed, and nothing Comove uses. */
  | { readonly kind: "ignored"; readonly what: string }
  | { readonly kind: "rejected"; readonly reason: string };

/** `null` when the server could not identify the request that it answers. */
export type RequestId = number | string | null;

/**
 * Reads one text frame, raw (`{"e":…}`) or combined (`{"stream":…,"data":{…}}`), control replies and both
 * of their error shapes included. Total: any text at all gives a message, never a throw. Unknown fields
 * are ignored; times in µs become ms.
 *
 * Source: Binance spot, "WebSocket Streams"; Binance USD-M futures, "WebSocket Market Streams".
 *
 * @example
 * ```ts
 * import { decodeBinanceFrame } from "./binance_stream.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(decodeBinanceFrame('{"result":null,"id":1}'), { kind: "reply", id: 1, result: null });
 * assert.equal(decodeBinanceFrame("{").kind, "rejected");
 * ```
 */
export function decodeBinanceFrame(text: string): BinanceMessage {
  return readTradeFrame(text) ?? decodeJsonFrame(text);
}

/** The same for all frames alike: trades, of which there are thousands a second, need it no more. */
export function decodeJsonFrame(text: string): BinanceMessage {
  const outer = fieldsOf(parseJson(text, "frame"));
  if (outer === undefined) {
    return rejected(
      text.length > MAX_JSON.frame ? "longer than any frame" : "not a JSON object",
    );
  }
  if (typeof outer.stream !== "string") return messageOf(outer);
  const data = fieldsOf(outer.data);
  if (data === undefined) return rejected("a combined frame without an object as data");
  const message = messageOf(data);
  if (!("symbol" in message)) return message;
  // A symbol may hold non-Latin letters, so both sides are folded the same way.
  const isOfStream = outer.stream.toUpperCase().startsWith(`${message.symbol.toUpperCase()}@`);
  return isOfStream ? message : rejected("the symbol is not the stream's");
}

function messageOf(fields: Fields): BinanceMessage {
  const { e } = fields;
  switch (e) {
    case "kline":
      return klineOf(fields);
    case "trade":
      return tradeOf(fields);
    case "aggTrade":
      return aggregateTradeOf(fields);
    case "markPriceUpdate":
      return markPriceOf(fields);
    case "serverShutdown": {
      const read = new FieldReader(fields);
      const eventTime = read.time("E");
      return read.fault === undefined ? { kind: "shutdown", eventTime } : rejected(read.fault);
    }
  }
  if (typeof e === "string") return { kind: "ignored", what: e.slice(0, 64) };
  // Spot books have neither a type nor a time: the best prices, and the depth.
  const isBook = ("u" in fields && "b" in fields && "B" in fields) || "lastUpdateId" in fields;
  return controlOf(fields) ??
    (isBook ? { kind: "ignored", what: "book" } : rejected("no known message"));
}

function controlOf(fields: Fields): BinanceMessage | undefined {
  const id = idOf(fields.id);
  // On the wire the error is nested; the documentation prints the inner object alone.
  const error = fieldsOf(fields.error) ?? fields;
  if (typeof error.code === "number" && typeof error.msg === "string") {
    return { kind: "error", id, code: error.code, text: error.msg.slice(0, 300) };
  }
  return "result" in fields && "id" in fields
    ? { kind: "reply", id, result: fields.result }
    : undefined;
}

function idOf(value: unknown): RequestId {
  return typeof value === "number" || typeof value === "string" ? value : null;
}

function klineOf(fields: Fields): BinanceMessage {
  const read = new FieldReader(fields);
  const eventTime = read.time("E");
  const symbol = read.text("s");
  if (read.fault !== undefined) return rejected(read.fault);
  const inner = fieldsOf(fields.k);
  if (inner === undefined) return rejected("a kline without its bar");
  if (inner.s !== symbol) return rejected("the bar's symbol is not the message's");
  const kline = streamKlineOf(inner);
  if (typeof kline === "string") return rejected(kline);
  if (kline.isClosed && eventTime < kline.closeTime) {
    return rejected("a bar closed before its end");
  }
  if (eventTime < kline.openTime) return rejected("a bar from before its beginning");
  return { kind: "kline", symbol, eventTime, kline };
}

function tradeOf(fields: Fields): BinanceMessage {
  const read = new FieldReader(fields);
  const message = {
    kind: "trade",
    symbol: read.text("s"),
    eventTime: read.time("E"),
    tradeTime: read.time("T"),
    id: read.whole("t"),
    price: read.price("p"),
    size: read.size("q"),
    buyerIsMaker: read.flag("m"),
  } as const;
  return read.fault === undefined ? message : rejected(read.fault);
}

function aggregateTradeOf(fields: Fields): BinanceMessage {
  const read = new FieldReader(fields);
  const message = {
    kind: "aggregate-trade",
    symbol: read.text("s"),
    eventTime: read.time("E"),
    tradeTime: read.time("T"),
    id: read.whole("a"),
    firstTradeId: read.whole("f"),
    lastTradeId: read.whole("l"),
    price: read.price("p"),
    size: read.size("q"),
    buyerIsMaker: read.flag("m"),
  } as const;
  return read.fault === undefined ? message : rejected(read.fault);
}

function markPriceOf(fields: Fields): BinanceMessage {
  const read = new FieldReader(fields);
  const symbol = read.text("s"), eventTime = read.time("E"), markPrice = read.price("p");
  if (read.fault !== undefined) return rejected(read.fault);
  const funding = fundingEstimateOf(
    { time: eventTime, markPrice },
    { indexPrice: fields.i, rate: fields.r, nextTime: fields.T },
  );
  return { kind: "mark-price", symbol, eventTime, funding };
}

function rejected(reason: string): BinanceMessage {
  return { kind: "rejected", reason };
}
