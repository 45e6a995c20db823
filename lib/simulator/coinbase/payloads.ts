import { plainDecimal } from "../plain_decimal.ts";
import type { SimulatedTrade } from "../truth.ts";

/** Coinbase writes µs; the truth has ms. */
function isoMicros(time: number): string {
  return new Date(time).toISOString().replace("Z", "000Z");
}

/** The feed's own count over all of a product's messages: it only rises. */
function sequenceOf(time: number): number {
  return Math.floor(time / 10);
}

/** A `match`, or the `last_match` that begins a subscription. */
export function matchText(
  type: "match" | "last_match",
  product: string,
  trade: SimulatedTrade,
): string {
  const order = trade.id.toString(16).padStart(12, "0");
  return JSON.stringify({
    type,
    trade_id: trade.id,
    maker_order_id: `97bb540a-2ad1-45c4-885d-${order}`,
    taker_order_id: `51a1cb96-4c1f-48b6-9639-${order}`,
    side: makerSideOf(trade),
    size: plainDecimal(trade.size),
    price: plainDecimal(trade.price),
    product_id: product,
    sequence: sequenceOf(trade.time),
    time: isoMicros(trade.time),
  });
}

export function heartbeatText(product: string, time: number, lastTradeId: number): string {
  return JSON.stringify({
    type: "heartbeat",
    last_trade_id: lastTradeId,
    product_id: product,
    sequence: sequenceOf(time),
    time: isoMicros(time),
  });
}

/** A row of `GET /products/{id}/trades`. */
export function tradeRow(trade: SimulatedTrade) {
  return {
    trade_id: trade.id,
    side: makerSideOf(trade),
    size: plainDecimal(trade.size),
    price: plainDecimal(trade.price),
    time: isoMicros(trade.time),
  };
}

function makerSideOf({ buyerIsMaker }: SimulatedTrade): "buy" | "sell" {
  return buyerIsMaker ? "buy" : "sell";
}
