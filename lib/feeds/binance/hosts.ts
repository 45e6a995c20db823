/** Where one market of Binance is served. */
export interface BinanceHosts {
  readonly streamUrl: string;
  readonly restUrl: string;
  /** Other hosts with the same data, in the order they are to be tried. */
  readonly streamAlternatives: readonly string[];
  readonly restAlternatives: readonly string[];
}

/**
 * The usual hosts of each market. Spot has a second port, for networks that block the first, and hosts that
 * serve nothing but market data; the futures have one host each.
 */
const HOSTS: Readonly<Record<"spot" | "usdm", BinanceHosts>> = {
  spot: {
    streamUrl: "wss://stream.binance.com:9443",
    restUrl: "https://api.binance.com",
    streamAlternatives: ["wss://stream.binance.com:443", "wss://data-stream.binance.vision"],
    restAlternatives: ["https://data-api.binance.vision"],
  },
  usdm: {
    streamUrl: "wss://fstream.binance.com",
    restUrl: "https://fapi.binance.com",
    streamAlternatives: [],
    restAlternatives: [],
  },
};

/** Where a market is served unless a configuration says otherwise. */
export function usualHostsOf(market: "spot" | "usdm"): BinanceHosts {
  return HOSTS[market];
}

/**
 * The address that belongs to the other market than the one configured, if any: there, its streams would be
 * accepted and stay silent.
 */
export function hostOfOtherMarket(
  { market, ...given }: BinanceHosts & { readonly market: "spot" | "usdm" },
): string | undefined {
  const other = namesOf(HOSTS[market === "spot" ? "usdm" : "spot"]);
  return urlsOf(given).find((url) => other.includes(new URL(url).hostname));
}

/** Every address of a market. */
export function urlsOf(hosts: BinanceHosts): string[] {
  const { streamUrl, restUrl, streamAlternatives, restAlternatives } = hosts;
  return [streamUrl, restUrl, ...streamAlternatives, ...restAlternatives];
}

function namesOf(hosts: BinanceHosts): string[] {
  return urlsOf(hosts).map((url) => new URL(url).hostname);
}

/**
 * Fills in the hosts that a configuration leaves out. Alternatives are filled in only for the usual host: a
 * simulator or a proxy has none, and its data must never be mixed with the venue's.
 *
 * @example
 * ```ts
 * import { withBinanceHosts } from "./hosts.ts";
 * import assert from "node:assert/strict";
 * assert.equal(withBinanceHosts({ market: "usdm" }).streamUrl, "wss://fstream.binance.com");
 * assert.deepEqual(withBinanceHosts({ streamUrl: "ws://127.0.0.1:9080" }).streamAlternatives, []);
 * ```
 */
export function withBinanceHosts(
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const usual = usualHostsOf(given["market"] === "usdm" ? "usdm" : "spot");
  const { streamUrl = usual.streamUrl, restUrl = usual.restUrl } = given;
  const {
    streamAlternatives = streamUrl === usual.streamUrl ? usual.streamAlternatives : [],
    restAlternatives = restUrl === usual.restUrl ? usual.restAlternatives : [],
  } = given;
  return { ...given, streamUrl, restUrl, streamAlternatives, restAlternatives };
}

/** The keys that point at a server of our own, which has no alternatives. */
export function simulatedAt(
  { host, port }: { readonly host: string; readonly port: number },
): BinanceHosts {
  return {
    streamUrl: `ws://${host}:${port}`,
    restUrl: `http://${host}:${port}`,
    streamAlternatives: [],
    restAlternatives: [],
  };
}
