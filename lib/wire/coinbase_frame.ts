import { FieldReader, type Fields, fieldsOf, parseJson } from "./field_reader.ts";
import { MAX_JSON } from "./json_fields.ts";

/** What one frame of Coinbase Exchange's market data says. Times are epoch ms, UTC; products are `BTC-USD`. */
export type CoinbaseMessage =
  | ({ readonly kind: "match"; readonly product: string } & CoinbaseTrade)
  | {
    readonly kind: "heartbeat";
    readonly product: string;
    readonly time: number;
    /** Undefined where Coinbase writes 0, as it has for years. */
    readonly lastTradeId: number | undefined;
  }
  /** All that is subscribed to now. */
  | { readonly kind: "subscriptions" }
  /** A request was refused, or the connection is about to end. */
  | { readonly kind: "error"; readonly text: string; readonly product: string | undefined }
  /** Well-formed, and nothing Comove uses. */
  | { readonly kind: "ignored" }
  | { readonly kind: "rejected"; readonly reason: string };

/** One fill. */
export interface CoinbaseTrade {
  /** One higher at each trade of the product. */
  readonly id: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
  /** Of the one who took: Coinbase writes that of the maker. */
  readonly side: "buy" | "sell";
}

/**
 * Reads one text frame of `wss://ws-feed.exchange.coinbase.com`. Total: any text gives a message. Message types that
 * are not known are ignored, as Coinbase asks for.
 *
 * Source: Coinbase Exchange, "WebSocket Channels".
 *
 * @example
 * ```ts
 * import { decodeCoinbaseFrame } from "./coinbase_frame.ts";
 * import assert from "node:assert/strict";
 * const text = '{"type":"error","message":"Failed to subscribe","reason":"BTC-XYZ is not a valid product"}';
 * const message = decodeCoinbaseFrame(text);
 * assert.ok(message.kind === "error" && message.product === "BTC-XYZ");
 * assert.equal(decodeCoinbaseFrame("{").kind, "rejected");
 * ```
 */
export function decodeCoinbaseFrame(text: string): CoinbaseMessage {
  const fields = fieldsOf(parseJson(text, "frame"));
  if (fields === undefined) {
    return rejected(text.length > MAX_JSON.frame ? "longer than any frame" : "not a JSON object");
  }
  switch (fields.type) {
    case "match":
    case "last_match":
      return matchOf(fields);
    case "heartbeat":
      return heartbeatOf(fields);
    case "subscriptions":
      return { kind: "subscriptions" };
    case "error":
      return errorOf(fields);
    default:
      return typeof fields.type === "string" ? { kind: "ignored" } : rejected("no known message");
  }
}

function matchOf(fields: Fields): CoinbaseMessage {
  const read = new FieldReader(fields);
  const product = read.text("product_id");
  const trade = readTrade(read);
  return read.fault === undefined ? { kind: "match", product, ...trade } : rejected(read.fault);
}

/** The fields that a match of the stream and a row of REST have in common. */
export function readTrade(read: FieldReader): CoinbaseTrade {
  const maker = read.word("side", ["buy", "sell"]);
  return {
    id: read.whole("trade_id", 1),
    time: read.isoTime("time"),
    price: read.price("price"),
    size: read.size("size"),
    side: maker === "buy" ? "sell" : "buy",
  };
}

function heartbeatOf(fields: Fields): CoinbaseMessage {
  const read = new FieldReader(fields);
  const product = read.text("product_id");
  const time = read.isoTime("time");
  const last = read.whole("last_trade_id");
  if (read.fault !== undefined) return rejected(read.fault);
  return { kind: "heartbeat", product, time, lastTradeId: last === 0 ? undefined : last };
}

const LONGEST_TEXT = 200;

function errorOf({ message, reason }: Fields): CoinbaseMessage {
  const parts = [message, reason].filter((part) => typeof part === "string");
  if (parts.length === 0) return rejected("an error without a text");
  const text = parts.join(": ").slice(0, LONGEST_TEXT);
  const [, product] = /([A-Z0-9]{1,32}-[A-Z0-9]{1,32}) is not a valid product/.exec(text) ?? [];
  return { kind: "error", text, product };
}

function rejected(reason: string): CoinbaseMessage {
  return { kind: "rejected", reason };
}
