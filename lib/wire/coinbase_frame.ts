import { FieldReader, type Fields } from "./field_reader.ts";
import {
  IGNORED,
  LONGEST_TEXT,
  messageIn,
  refused,
  rejected,
  type StreamMessage,
  type VenueTrade,
} from "./stream_message.ts";

/**
 * Reads one text frame of `wss://ws-feed.exchange.coinbase.com`. Total: any text gives a message. Symbols are products,
 * `BTC-USD`. Message types that are not known are ignored, as Coinbase asks for.
 *
 * Source: Coinbase Exchange, "WebSocket Channels".
 *
 * @example
 * ```ts
 * import { decodeCoinbaseFrame } from "./coinbase_frame.ts";
 * import assert from "node:assert/strict";
 * const text = '{"type":"error","message":"Failed to subscribe","reason":"BTC-XYZ is not a valid product"}';
 * const message = decodeCoinbaseFrame(text);
 * assert.ok(message.kind === "refused" && message.symbol === "BTC-XYZ");
 * assert.equal(decodeCoinbaseFrame("{").kind, "rejected");
 * ```
 */
export function decodeCoinbaseFrame(text: string): StreamMessage {
  return messageIn(text, messageOf);
}

function messageOf(fields: Fields): StreamMessage {
  switch (fields.type) {
    case "match":
    case "last_match":
      return matchOf(fields);
    case "heartbeat":
      return heartbeatOf(fields);
    case "error":
      return errorOf(fields);
    default:
      return typeof fields.type === "string" ? IGNORED : rejected("no known message");
  }
}

/** One fill. */
function matchOf(fields: Fields): StreamMessage {
  const read = new FieldReader(fields);
  const symbol = read.text("product_id");
  const trade = readTrade(read);
  if (read.fault !== undefined) return rejected(read.fault);
  return { kind: "trades", symbol, eventTime: trade.time, trades: [trade] };
}

/** The fields that a match of the stream and a row of REST have in common. Coinbase writes the side of the maker. */
export function readTrade(read: FieldReader): VenueTrade {
  const maker = read.word("side", ["buy", "sell"]);
  return {
    id: read.whole("trade_id", 1),
    time: read.isoTime("time"),
    price: read.price("price"),
    size: read.size("size"),
    side: maker === "buy" ? "sell" : "buy",
  };
}

/** Coinbase has written 0 for the newest trade for years: it is not known then. */
function heartbeatOf(fields: Fields): StreamMessage {
  const read = new FieldReader(fields);
  const symbol = read.text("product_id");
  const eventTime = read.isoTime("time");
  const lastTrade = read.whole("last_trade_id");
  if (read.fault !== undefined) return rejected(read.fault);
  const keepalive = { kind: "keepalive", symbol, eventTime } as const;
  return lastTrade === 0 ? keepalive : { ...keepalive, lastTrade };
}

/** A request was refused, or the connection is about to end. */
function errorOf({ message, reason }: Fields): StreamMessage {
  const parts = [message, reason].filter((part) => typeof part === "string");
  if (parts.length === 0) return rejected("an error without a text");
  const text = parts.join(": ").slice(0, LONGEST_TEXT);
  const [, product] = /\b([A-Z0-9]{1,32}-[A-Z0-9]{1,32}) is not a valid product/.exec(text) ?? [];
  return refused(text, product);
}
