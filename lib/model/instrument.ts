/** The id of a venue in the registry, where an instrument is streamed from: `ibkr`, `binance`. */
export type Venue = string;

/**
 * Which kind of data a value rests on. Shown on every chart and table. `imported`: from a file of the user's;
 * `stored`: once live, read from a store while no feed runs.
 */
export type Source = "live" | "delayed" | "replay" | "simulated" | "imported" | "stored";

/** What is streamed. A future is named by its root (`ES`); its contract months are contracts. */
export interface Instrument {
  /** Name used everywhere in Comove: `ES`, `BTCUSDT`, `BTCUSDT@usdm`, `DVOL`. */
  readonly id: string;
  readonly venue: Venue;
  /** An `index` is computed by its venue: it has no volume and stays out of default pairs. */
  readonly kind: "future" | "crypto" | "index";
  /** The venue's exchange or market: `CME`, `spot`. */
  readonly exchange: string;
  readonly currency: string;
  /** The venue's own symbol where it differs from the id: `BTCUSDT` of `BTCUSDT@usdm`. */
  readonly symbol?: string;
}

/** True of perpetual futures, whose holders pay each other funding. */
export function hasFunding({ kind, exchange }: Pick<Instrument, "kind" | "exchange">): boolean {
  return kind === "crypto" && exchange === "usdm";
}

/** Coins held at a dollar: symbols that end in one of them are of crypto markets. */
export const STABLECOINS = ["FDUSD", "BUSD", "TUSD", "USDT", "USDC"] as const;

/** Quote currencies that end a crypto symbol; a longer one precedes its own suffix, so that it matches first. */
const QUOTES = [...STABLECOINS, "EUR", "TRY", "USD", "BTC", "ETH", "BNB"];

/**
 * What is traded, and in what it is quoted: BTC and USDT of `BTCUSDT` and of `BTCUSDT@usdm`, BTC and USD of
 * `BTC-USD@kraken`. A future is named by its root and an index by its id, and so is a symbol whose quote currency
 * is not plain: they have no `quote`.
 */
export function assetsOf(
  { id, kind, currency, symbol }: Pick<Instrument, "id" | "kind" | "currency" | "symbol">,
): { readonly base: string; readonly quote?: string } {
  if (kind !== "crypto") return { base: id };
  const name = symbol ?? id.split("@", 1)[0]!;
  const [, left, right] = /^([^]+)[-/]([^]+)$/.exec(name) ?? [];
  if (left !== undefined && right !== undefined) return { base: left, quote: right };
  const quote = [currency, ...QUOTES].find((one) =>
    one !== "" && name.endsWith(one) && name.length > one.length
  );
  return quote === undefined ? { base: name } : { base: name.slice(0, -quote.length), quote };
}
