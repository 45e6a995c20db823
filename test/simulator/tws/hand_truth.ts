import { MINUTE } from "../../../lib/model/time.ts";
import type { Listing, SimulatedBar, SimulatedTrade, Truth } from "../../../lib/simulator/truth.ts";

/** Wednesday 3 December 2025, 09:00 in Chicago. */
export const START = Date.UTC(2025, 11, 3, 15, 0);

function quarter(root: string, month: string, year: number, last: string): Listing {
  const number = { H: "03", M: "06", U: "09", Z: "12" }[month];
  return {
    symbol: `${root}${month}${year % 10}`,
    kind: "future",
    root,
    tickSize: 0.25,
    sizeStep: 1,
    lastTradeDate: last,
    contractMonth: `${year}${number}`,
    multiplier: root === "ES" ? 50 : 20,
  };
}

const LISTINGS: readonly Listing[] = ["ES", "NQ"].flatMap((root) => [
  quarter(root, "U", 2025, "20250919"),
  quarter(root, "Z", 2025, "20251219"),
  quarter(root, "H", 2026, "20260320"),
  quarter(root, "M", 2026, "20260618"),
]);

/** Repeatable numbers in [0, 1) out of a place and a minute. */
function chance(symbol: string, minute: number, salt: number): number {
  let h = 2166136261;
  for (const text of [symbol, minute / MINUTE, salt]) {
    for (const char of `${text}|`) h = Math.imul(h ^ char.charCodeAt(0), 16777619);
  }
  h = Math.imul(h ^ (h >>> 15), 2246822507);
  return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32;
}

function isOpen(time: number): boolean {
  const at = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO("America/Chicago");
  if (at.dayOfWeek === 6) return false;
  if (at.dayOfWeek === 7) return at.hour >= 17;
  return at.dayOfWeek === 5 ? at.hour < 16 : at.hour !== 16;
}

function barOf(openTime: number, trades: readonly SimulatedTrade[]): SimulatedBar {
  const prices = trades.map(({ price }) => price);
  const volume = trades.reduce((sum, { size }) => sum + size, 0);
  return {
    openTime,
    open: prices[0]!,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1)!,
    volume,
    trades: trades.length,
    vwap: trades.reduce((sum, { price, size }) => sum + price * size, 0) / volume,
  };
}

/** A small market made of trades by hand: some minutes and many five seconds have none. */
export function handTruth(): Truth {
  const trades = (symbol: string, minute: number): SimulatedTrade[] => {
    if (!isOpen(minute) || chance(symbol, minute, -1) < 0.08) return [];
    const base = symbol.startsWith("NQ") ? 21_000 : 6_000;
    const count = 1 + Math.floor(chance(symbol, minute, -2) * 30);
    return Array.from({ length: count }, (_, i) => ({
      id: (minute / MINUTE) * 100 + i,
      time: minute + Math.floor((MINUTE * (i + chance(symbol, minute, i))) / count),
      price: base + 0.25 * Math.floor(chance(symbol, minute, 100 + i) * 60),
      size: 1 + Math.floor(chance(symbol, minute, 200 + i) * 9),
      buyerIsMaker: chance(symbol, minute, 300 + i) < 0.5,
    }));
  };
  return {
    from: START - 12 * 24 * 60 * MINUTE,
    to: Infinity,
    listings: (at) => {
      const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(at)
        .toZonedDateTimeISO("America/Chicago");
      const today = `${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}`;
      return LISTINGS.filter(({ lastTradeDate }) => lastTradeDate! >= today);
    },
    minute: (symbol, openTime) => {
      const all = trades(symbol, openTime);
      return all.length === 0 ? undefined : barOf(openTime, all);
    },
    fiveSeconds: (symbol, minute) => {
      const all = trades(symbol, minute);
      return Array.from({ length: 12 }, (_, i) => {
        const open = minute + i * 5_000;
        const within = all.filter(({ time }) => time >= open && time < open + 5_000);
        return within.length === 0 ? [] : [barOf(open, within)];
      }).flat();
    },
    trades,
    isOpen: (_, minute) => isOpen(minute),
  };
}
