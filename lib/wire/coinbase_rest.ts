import { readTrade } from "./coinbase_frame.ts";
import { FieldReader, fieldsOf, parseJson } from "./field_reader.ts";
import { isEpochMs } from "./json_fields.ts";
import type { TradingMode } from "../model/trading_mode.ts";
import { minutesOf, type ReadMinutes, type ReadTrades, tradesOf } from "./page_rows.ts";
import { LONGEST_TEXT, type VenueTrade } from "./stream_message.ts";

/** A row of candles. Coinbase says no number of trades. */
export interface CoinbaseCandle {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In base currency. */
  readonly volume: number;
}

/**
 * The body of `GET /products/{id}/candles`, rows `[time s, low, high, open, close, volume]`, which come newest first.
 * Undefined when it is no list of rows.
 *
 * @example
 * ```ts
 * import { decodeCoinbaseCandles } from "./coinbase_rest.ts";
 * import assert from "node:assert/strict";
 * const [row] = decodeCoinbaseCandles("[[1790000040,1,4,2,3,0.5]]")!.rows;
 * assert.deepEqual([row!.low, row!.high, row!.open, row!.close], [1, 4, 2, 3]);
 * ```
 */
export function decodeCoinbaseCandles(body: string): ReadMinutes<CoinbaseCandle> | undefined {
  return minutesOf(parseJson(body, "page"), candleOf);
}

function candleOf(item: unknown): CoinbaseCandle | string {
  if (!Array.isArray(item)) return "a row is not a list";
  const read = new FieldReader(item, { hasNumbers: true });
  const row = {
    openTime: read.seconds(0),
    low: read.price(1),
    high: read.price(2),
    open: read.price(3),
    close: read.price(4),
    volume: read.size(5),
  };
  return read.fault ?? row;
}

/** The body of `GET /products/{id}/trades`; undefined when it is no list of rows. */
export function decodeCoinbaseTrades(body: string): ReadTrades | undefined {
  return tradesOf(parseJson(body, "page"), tradeOf);
}

function tradeOf(item: unknown): VenueTrade | undefined {
  const fields = fieldsOf(item);
  if (fields === undefined) return undefined;
  const read = new FieldReader(fields);
  const trade = readTrade(read);
  return read.fault === undefined ? trade : undefined;
}

/** The venue's clock from the body of `GET /time`, epoch ms; undefined when it is another thing. */
export function decodeCoinbaseTime(body: string): number | undefined {
  const epoch = fieldsOf(parseJson(body, "frame"))?.epoch;
  const ms = typeof epoch === "number" ? Math.round(epoch * 1_000) : NaN;
  return isEpochMs(ms) ? ms : undefined;
}

/** Flags of a product, the strictest first, and what they mean. */
const FLAGS: readonly (readonly [string, TradingMode])[] = [
  ["trading_disabled", "offline"],
  ["auction_mode", "auction"],
  ["cancel_only", "cancel-only"],
  ["post_only", "post-only"],
  ["limit_only", "limit-only"],
];

/**
 * What may be done with a product, from the body of `GET /products/{id}`; without a mode where its status is not
 * known, and undefined when it is another thing. `internal` products are shown to nobody else.
 */
export function decodeCoinbaseProduct(
  body: string,
): { readonly mode: TradingMode | undefined } | undefined {
  const fields = fieldsOf(parseJson(body, "frame"));
  if (typeof fields?.id !== "string" || typeof fields.status !== "string") return undefined;
  switch (fields.status) {
    case "online":
      return { mode: FLAGS.find(([name]) => fields[name] === true)?.[1] ?? "online" };
    case "offline":
    case "internal":
      return { mode: "offline" };
    case "delisted":
      return { mode: "delisted" };
    default:
      return { mode: undefined };
  }
}

/** What an error says, `{"message":"NotFound"}`; undefined when Coinbase did not write it. */
export function decodeCoinbaseError(body: string): string | undefined {
  const message = fieldsOf(parseJson(body, "frame"))?.message;
  return typeof message === "string" ? message.slice(0, LONGEST_TEXT) : undefined;
}
