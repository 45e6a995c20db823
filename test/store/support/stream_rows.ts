import { MINUTE } from "../../../lib/model/time.ts";
import type { StoreBatch } from "../../../lib/store/store.ts";
import { barColumns, tradeColumns, type TradeRow } from "./store_rows.ts";

/** Where the stream of minutes begins: a while before midnight, so that days change as it goes on. */
export const FIRST_MINUTE = Date.UTC(2026, 0, 5, 23, 30);

/** Trades of a minute: a few, and in every seventh so many that the batch is written in pieces. */
export function tradesOf(minute: number): number {
  return minute % 7 === 6 ? 2_500 : 20;
}

/** Ids count up from minute to minute. */
export function firstId(minute: number): number {
  const week = Math.floor(minute / 7);
  return week * (6 * tradesOf(0) + tradesOf(6)) + minute % 7 * tradesOf(0);
}

/** The first trades of a minute: its open, high and low over its close. */
const CORNERS = [-0.25, 0.5, -0.5];

/** Everything of one minute: its bar, its trades and what is covered now. The same for the same minute. */
export function minuteBatch(minute: number): StoreBatch {
  const openTime = FIRST_MINUTE + minute * MINUTE;
  const close = 50_000 + (minute * 7919) % 1_000 / 8;
  const count = tradesOf(minute);
  const trades = Array.from({ length: count }, (_, i): TradeRow => ({
    id: firstId(minute) + i,
    time: openTime + Math.floor(i * MINUTE / count),
    price: close + (i === count - 1 ? 0 : CORNERS[i] ?? i % 8 / 16),
    size: (i % 10 + 1) / 10,
    side: i % 3 - 1,
  }));
  const volume = trades.reduce((sum, { size }) => sum + size!, 0);
  const covered = { instrument: "BTCUSDT", from: openTime, to: openTime + MINUTE, reason: "" };
  return {
    bars: [{
      instrument: "BTCUSDT",
      stepMs: MINUTE,
      bars: barColumns([{ openTime, close, volume, trades: count, vwap: close }]),
    }],
    trades: [{ instrument: "BTCUSDT", trades: tradeColumns(trades) }],
    coverage: [
      { ...covered, stepMs: MINUTE, state: "complete" },
      { ...covered, stepMs: 0, state: "complete" },
    ],
  };
}
