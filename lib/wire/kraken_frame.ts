import { FieldReader, type Fields, fieldsOf, parseJson } from "./field_reader.ts";
import { MAX_JSON } from "./json_fields.ts";

/** What one frame of Kraken's WebSocket API v2 says. Times are epoch ms, UTC; symbols are `BTC/USD`. */
export type KrakenMessage =
  | { readonly kind: "trades"; readonly symbol: string; readonly trades: readonly KrakenTrade[] }
  /** Sent about once a second while nothing else is. */
  | { readonly kind: "heartbeat" }
  /** `online`, `maintenance`, `cancel_only` or `post_only`. */
  | { readonly kind: "status"; readonly system: string }
  /** A request was refused. */
  | { readonly kind: "error"; readonly text: string; readonly symbol: string | undefined }
  /** Well-formed, and nothing Comove uses. */
  | { readonly kind: "ignored" }
  | { readonly kind: "rejected"; readonly reason: string };

export interface KrakenTrade {
  /** One higher at each trade of the symbol. */
  readonly id: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
  /** Of the one who took. */
  readonly side: "buy" | "sell";
}

/** Trades of one frame: a snapshot has 50. */
const MOST_TRADES = 2_000;

/**
 * Reads one text frame of `wss://ws.kraken.com/v2`. Total: any text gives a message. A frame of which one trade cannot
 * be read is rejected as a whole: its ids are then missing, and are fetched.
 *
 * Source: Kraken, "Spot WebSocket v2".
 *
 * @example
 * ```ts
 * import { decodeKrakenFrame } from "./kraken_frame.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(decodeKrakenFrame('{"channel":"heartbeat"}'), { kind: "heartbeat" });
 * assert.equal(decodeKrakenFrame("{").kind, "rejected");
 * ```
 */
export function decodeKrakenFrame(text: string): KrakenMessage {
  const fields = fieldsOf(parseJson(text, "frame"));
  if (fields === undefined) {
    return rejected(text.length > MAX_JSON.frame ? "longer than any frame" : "not a JSON object");
  }
  switch (fields.channel) {
    case "trade":
      return tradesOf(fields);
    case "heartbeat":
      return { kind: "heartbeat" };
    case "status":
      return statusOf(fields);
  }
  if (typeof fields.channel === "string") return { kind: "ignored" };
  const refusal = fields.error ?? fields.Error;
  if (typeof refusal === "string") return errorOf(refusal, fields);
  return typeof fields.method === "string" ? { kind: "ignored" } : rejected("no known message");
}

function tradesOf({ data }: Fields): KrakenMessage {
  if (!Array.isArray(data) || data.length === 0 || data.length > MOST_TRADES) {
    return rejected("no list of trades");
  }
  const trades: KrakenTrade[] = [];
  let symbol: string | undefined;
  for (const item of data) {
    const fields = fieldsOf(item);
    if (fields === undefined) return rejected("a trade is not an object");
    const read = new FieldReader(fields, { hasNumbers: true });
    const of = read.text("symbol");
    const trade = {
      id: read.whole("trade_id", 1),
      time: read.isoTime("timestamp"),
      price: read.price("price"),
      size: read.size("qty"),
      side: read.word("side", ["buy", "sell"]),
    };
    if (read.fault !== undefined) return rejected(read.fault);
    if (of !== (symbol ??= of)) return rejected("trades of several symbols");
    trades.push(trade);
  }
  trades.sort((a, b) => a.id - b.id);
  return { kind: "trades", symbol: symbol!, trades };
}

function statusOf({ data }: Fields): KrakenMessage {
  const system = Array.isArray(data) ? fieldsOf(data[0])?.system : undefined;
  return typeof system === "string" && /^[a-z_]{1,32}$/.test(system)
    ? { kind: "status", system }
    : rejected("a status without a system");
}

const LONGEST_TEXT = 200;

function errorOf(refusal: string, { symbol }: Fields): KrakenMessage {
  const isSymbol = typeof symbol === "string" && symbol.length <= 64;
  return {
    kind: "error",
    text: refusal.slice(0, LONGEST_TEXT),
    symbol: isSymbol ? symbol : undefined,
  };
}

function rejected(reason: string): KrakenMessage {
  return { kind: "rejected", reason };
}
