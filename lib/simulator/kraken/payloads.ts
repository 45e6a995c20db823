import { MINUTE, SECOND } from "../../model/time.ts";
import { plainDecimal } from "../plain_decimal.ts";
import type { SimulatedBar, SimulatedTrade } from "../truth.ts";

/** Above 2^53, as Kraken's are: no double holds it. */
const CONNECTION_ID = "13834774380200032777";

/** Kraken writes µs; the truth has ms. */
export function isoMicros(time: number): string {
  return new Date(time).toISOString().replace("Z", "000Z");
}

export function statusText(system: string): string {
  return `{"channel":"status","type":"update","data":[{"api_version":"v2","connection_id":${CONNECTION_ID},"system":"${system}","version":"2.0.0"}]}`;
}

/** Trades of a pair in one message. */
export function tradesText(
  type: "snapshot" | "update",
  symbol: string,
  trades: readonly SimulatedTrade[],
): string {
  const data = trades.map(({ id, time, price, size, buyerIsMaker }) => ({
    symbol,
    side: buyerIsMaker ? "sell" : "buy",
    price,
    qty: size,
    ord_type: "limit",
    trade_id: id,
    timestamp: isoMicros(time),
  }));
  return JSON.stringify({ channel: "trade", type, data });
}

/** `[price, volume, time, "b" or "s", "m" or "l", miscellaneous, id]` */
export function tradeRow({ id, time, price, size, buyerIsMaker }: SimulatedTrade) {
  const side = buyerIsMaker ? "s" : "b";
  return [plainDecimal(price), plainDecimal(size), time / SECOND, side, "l", "", id];
}

/** `[time, open, high, low, close, vwap, volume, count]` */
export function barRow({ openTime, open, high, low, close, vwap, volume, trades }: SimulatedBar) {
  const prices = [open, high, low, close, vwap].map(plainDecimal);
  return [openTime / SECOND, ...prices, plainDecimal(volume), trades];
}

/** A minute in which nothing traded. */
export function flatRow(openTime: number, price: number) {
  const text = plainDecimal(price);
  return [openTime / SECOND, text, text, text, text, "0.0", "0.00000000", 0];
}

/** Minutes of a step that Kraken has. */
export const INTERVALS = [1, 5, 15, 30, 60, 240, 1_440, 10_080, 21_600].map((n) => n * MINUTE);
