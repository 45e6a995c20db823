import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import type {
  StreamMessage,
  VenueMinute,
  VenueTrade,
} from "../../../lib/feeds/streaming/adapter.ts";

/** A list of the venue's own, as parsed. */
type Row = readonly unknown[];

const IGNORED: StreamMessage = { kind: "ignored" };

/**
 * Reads one frame of the venue, a JSON list that begins with its kind:
 *
 * - `["m", market, time, minute, last, done]`: a minute as it stands, with the id of its last trade (0: none)
 * - `["t", market, time, trades]`: trades, each `[id, time, price, size, "b" or "s"]`
 * - `["?", n]`: to be answered by `["!", n]`
 * - `["bye"]`: the server is about to close
 * - `["x", text, market]`: a request was refused
 *
 * Total: any text gives a message.
 */
export function decodeFrame(text: string): StreamMessage {
  const row = listOf(text);
  if (row === undefined) return rejected("no list");
  const [kind, market, eventTime] = row;
  switch (kind) {
    case "m":
    case "t":
      return typeof market === "string" && isTime(eventTime)
        ? dataOf(kind, market, eventTime, row)
        : rejected("no market and time");
    case "?":
      return { kind: "question", answer: JSON.stringify(["!", market]) };
    case "bye":
      return { kind: "closing" };
    case "x":
      return typeof row[2] === "string"
        ? { kind: "refused", text: String(market), symbol: row[2] }
        : { kind: "refused", text: String(market) };
    case "ok":
      return IGNORED;
    default:
      return rejected("an unknown kind");
  }
}

function dataOf(kind: "m" | "t", symbol: string, eventTime: number, row: Row): StreamMessage {
  if (kind === "m") {
    const [, , , values, last, done] = row;
    const minute = minuteOf(values);
    if (minute === undefined) return rejected("no minute");
    if (!isCount(last) || typeof done !== "boolean") return rejected("a minute without its end");
    const lastTrade = last === 0 ? -1 : last;
    return { kind: "bar", symbol, eventTime, minute, lastTrade, isClosed: done };
  }
  const list = row[3];
  if (!Array.isArray(list) || list.length === 0) return rejected("no trades");
  const trades = list.map(tradeOf);
  return trades.every((trade) => trade !== undefined)
    ? { kind: "trades", symbol, eventTime, trades }
    : rejected("a trade that cannot be one");
}

/** `[openSecond, open, high, low, close, volume, trades, vwap]`, the prices as text. */
export function minuteOf(value: unknown): VenueMinute | undefined {
  if (!Array.isArray(value) || value.length !== 8) return undefined;
  const [second, open, high, low, close, volume, trades, vwap] = value.map(numberOf);
  if (second === undefined || !Number.isSafeInteger(second)) return undefined;
  const openTime = second * SECOND;
  if (openTime <= 0 || openTime % MINUTE !== 0 || !isCount(trades)) return undefined;
  if (open === undefined || high === undefined || low === undefined) return undefined;
  if (close === undefined || volume === undefined || vwap === undefined) return undefined;
  return { openTime, open, high, low, close, volume, trades, vwap };
}

function tradeOf(value: unknown): VenueTrade | undefined {
  if (!Array.isArray(value) || value.length !== 5) return undefined;
  const [id, time, price, size, side] = value;
  const [at, of] = [numberOf(price), numberOf(size)];
  if (!isCount(id) || !isTime(time) || !(at! > 0) || !(of! > 0)) return undefined;
  if (side !== "b" && side !== "s") return undefined;
  return { id, time, price: at!, size: of!, side: side === "b" ? "buy" : "sell" };
}

/** A list in JSON; undefined for anything else. */
export function listOf(text: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An object in JSON; undefined for anything else. */
export function treeOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number >= 0;
}

/** An epoch time in ms. */
export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number > 0;
}

function rejected(reason: string): StreamMessage {
  return { kind: "rejected", reason };
}
