import { MINUTE } from "../../../lib/model/time.ts";
import type { StoreBatch } from "../../../lib/store/store.ts";
import { barColumns, tradeColumns, type TradeRow } from "./store_rows.ts";

/** Where the stream of minutes begins: a while before midnight, so that days change as it goes on. */
export const FIRST_MINUTE = Date.UTC(2026, 0, 5, 23, 30);

/** Trades of a minute: a few, and in every seventh so many that the batch is written in pieces. */
export function tradesOf(minute: number): number {
  return minute % 7 === 6 ? 2_500 : 20;
}

/** Everything of one minute: its bar, its trades and what is covered now. The same for the same minute. */
export function minuteBatch(minute: number): StoreBatch {
  const openTime = FIRST_MINUTE + minute * MINUTE;
  const close = 50_000 + (minute * 7919) % 1_000 / 8;
  const count = tradesOf(minute);
  const trades = Array.from({ length: count }, (_, i): TradeRow => ({
    id: minute * 10_000 + i,
    time: openTime + Math.floor(i * MINUTE / count),
    price: close + i % 16 / 8,
    size: (i % 10 + 1) / 10,
    side: i % 3 - 1,
  }));
  const covered = { instrument: "BTCUSDT", from: openTime, to: openTime + MINUTE, reason: "" };
  return {
    bars: [{
      instrument: "BTCUSDT",
      stepMs: MINUTE,
      bars: barColumns([{ openTime, close, volume: count, trades: count, vwap: close }]),
    }],
    trades: [{ instrument: "BTCUSDT", trades: tradeColumns(trades) }],
    coverage: [
      { ...covered, stepMs: MINUTE, state: "complete" },
      { ...covered, stepMs: 0, state: "complete" },
    ],
  };
}
