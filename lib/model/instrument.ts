/** The id of a venue in the registry, where an instrument is streamed from: `ibkr`, `binance`. */
export type Venue = string;

/** Which kind of data a value rests on. Shown on every chart and table. */
export type Source = "live" | "delayed" | "replay" | "simulated";

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

/** Coins held at a dollar: symbols that end in one of them are of crypto markets. */
export const STABLECOINS = ["FDUSD", "BUSD", "TUSD", "USDT", "USDC"] as const;

/** Quote currencies at the end of a crypto symbol; one that ends in another comes before it. */
const QUOTES = [...STABLECOINS, "EUR", "TRY", "USD", "BTC", "ETH", "BNB"];

/**
 * What is traded, and in what it is quoted: BTC and USDT of `BTCUSDT`. A future is named by its root, and so is
 * a symbol whose quote currency is not plain: they have no `quote`.
 */
export function assetsOf(
  { id, kind, currency }: Pick<Instrument, "id" | "kind" | "currency">,
): { readonly base: string; readonly quote?: string } {
  if (kind === "future") return { base: id };
  const quote = [currency, ...QUOTES].find((one) =>
    one !== "" && id.endsWith(one) && id.length > one.length
  );
  return quote === undefined ? { base: id } : { base: id.slice(0, -quote.length), quote };
}
