import { TRADING_MODES } from "../model/trading_mode.ts";
import { FieldReader, type Fields, fieldsOf } from "./field_reader.ts";
import {
  IGNORED,
  messageIn,
  refused,
  rejected,
  type StreamMessage,
  type VenueTrade,
} from "./stream_message.ts";

/** Trades of one frame: a snapshot has 50. */
const MOST_TRADES = 2_000;

/**
 * Reads one text frame of `wss://ws.kraken.com/v2`. Total: any text gives a message. Symbols are `BTC/USD`. A frame of
 * which one trade cannot be read is rejected as a whole: its ids are then missing, and are fetched. Heartbeats come
 * about once a second while nothing else does.
 *
 * Source: Kraken, "Spot WebSocket v2".
 *
 * @example
 * ```ts
 * import { decodeKrakenFrame } from "./kraken_frame.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(decodeKrakenFrame('{"channel":"heartbeat"}'), { kind: "keepalive" });
 * assert.equal(decodeKrakenFrame("{").kind, "rejected");
 * ```
 */
export function decodeKrakenFrame(text: string): StreamMessage {
  return messageIn(text, messageOf);
}

function messageOf(fields: Fields): StreamMessage {
  switch (fields.channel) {
    case "trade":
      return tradesOf(fields);
    case "heartbeat":
      return { kind: "keepalive" };
    case "status":
      return statusOf(fields);
  }
  if (typeof fields.channel === "string") return IGNORED;
  const refusal = fields.error ?? fields.Error;
  if (typeof refusal === "string") return refused(refusal, symbolIn(fields));
  return typeof fields.method === "string" ? IGNORED : rejected("no known message");
}

function tradesOf({ data }: Fields): StreamMessage {
  if (!Array.isArray(data) || data.length === 0 || data.length > MOST_TRADES) {
    return rejected("no list of trades");
  }
  const trades: VenueTrade[] = [];
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
  return { kind: "trades", symbol: symbol!, eventTime: trades.at(-1)!.time, trades };
}

/** The system is `online`, or in `maintenance`, `cancel_only` or `post_only`. */
/** Of the whole market. Pairs have a state of their own too, on a channel that is not asked for. */
function statusOf({ data }: Fields): StreamMessage {
  const system = Array.isArray(data) ? fieldsOf(data[0])?.system : undefined;
  if (typeof system !== "string" || !/^[a-z_]{1,32}$/.test(system)) {
    return rejected("a status without a system");
  }
  const mode = TRADING_MODES.find((one) => one === system.replaceAll("_", "-"));
  return mode === undefined
    ? { kind: "announced", text: `the system is in ${system.replaceAll("_", " ")}` }
    : { kind: "trading", mode };
}

function symbolIn({ symbol }: Fields): string | undefined {
  return typeof symbol === "string" && symbol.length <= 64 ? symbol : undefined;
}
