import type { KlineInterval } from "./kline_interval.ts";
import { klineIntervalOf, zoneOffsetOf } from "./kline_interval.ts";

/** A market stream this venue can serve. */
export type MarketStream =
  & {
    /** As asked for: `btcusdt@kline_1m`. */
    readonly name: string;
    /** Uppercase. */
    readonly symbol: string;
  }
  & (
    | { readonly kind: "kline"; readonly interval: KlineInterval }
    | { readonly kind: "trade" | "aggTrade" | "bookTicker" }
  );

/**
 * Reads a stream's name. Undefined for every other name, a symbol in capitals included: Binance
 * acknowledges those and then never sends anything.
 */
export function marketStreamOf(name: string): MarketStream | undefined {
  const [lower = "", kind = "", zone] = name.split("@");
  if (lower === "" || lower !== lower.toLowerCase()) return undefined;
  const symbol = lower.toUpperCase();
  if (kind === "trade" || kind === "aggTrade" || kind === "bookTicker") {
    return zone === undefined ? { name, symbol, kind } : undefined;
  }
  if (!kind.startsWith("kline_")) return undefined;
  const offsetMs = zone === undefined ? 0 : zoneOffsetOf(zone);
  if (offsetMs === undefined) return undefined;
  const interval = klineIntervalOf(kind.slice("kline_".length), offsetMs);
  return interval && { name, symbol, kind: "kline", interval };
}
