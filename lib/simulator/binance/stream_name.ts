import type { KlineInterval } from "./kline_interval.ts";
import { klineIntervalOf, zoneOffsetOf } from "./kline_interval.ts";
import type { StreamRoute } from "./stream_address.ts";

/** A market stream this venue can serve. */
export type MarketStream =
  & {
    /** As requested: `btcusdt@kline_1m`. */
    readonly name: string;
    readonly route: StreamRoute;
    /** Uppercase. */
    readonly symbol: string;
  }
  & (
    | { readonly kind: "kline"; readonly interval: KlineInterval }
    | { readonly kind: "markPrice"; readonly everyMs: number }
    | { readonly kind: "trade" | "aggTrade" | "bookTicker" }
  );

/** A forming kline of USD-M futures is sent as often, when it changed. */
const FUTURES_CADENCE_MS = 250;
/** Interval of a mark price stream, by the suffix after its second `@`. */
const MARK_PRICE_MS: Readonly<Record<string, number>> = { "": 3_000, "1s": 1_000 };

/**
 * Reads a stream's name. Undefined for every other name, a symbol in capitals or a stream of another route
 * included: Binance acknowledges those and then never sends anything.
 */
export function marketStreamOf(name: string, route: StreamRoute): MarketStream | undefined {
  const [lower = "", kind = "", zone] = name.split("@");
  if (lower === "" || lower !== lower.toLowerCase()) return undefined;
  const symbol = lower.toUpperCase();
  if (kind === "trade" || kind === "aggTrade" || kind === "bookTicker") {
    const isHere = route === "spot" || (kind === "aggTrade") === (route === "market");
    return zone === undefined && isHere ? { name, route, symbol, kind } : undefined;
  }
  if (kind === "markPrice") {
    const everyMs = MARK_PRICE_MS[zone ?? ""];
    const isServed = route === "market" && everyMs !== undefined;
    return isServed ? { name, route, symbol, kind, everyMs } : undefined;
  }
  if (!kind.startsWith("kline_") || route === "public") return undefined;
  if (route === "market" && (zone !== undefined || kind === "kline_1s")) return undefined;
  const offsetMs = zone === undefined ? 0 : zoneOffsetOf(zone);
  if (offsetMs === undefined) return undefined;
  const interval = klineIntervalOf(kind.slice("kline_".length), offsetMs);
  if (interval === undefined) return undefined;
  const cadence = route === "spot" ? {} : { cadenceMs: FUTURES_CADENCE_MS };
  return { name, route, symbol, kind: "kline", interval: { ...interval, ...cadence } };
}

/** Key that distinguishes streams of one name on two routes. */
export function streamKeyOf(name: string, route: StreamRoute): string {
  return `${route} ${name}`;
}
