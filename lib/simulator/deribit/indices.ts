/** Currencies of the volatility index that Deribit's documentation lists. */
export const CURRENCIES = ["BTC", "ETH", "USDC", "USDT", "EURR"] as const;

/** An index that is published. Of the other currencies Deribit has empty lists. */
export interface PublishedIndex {
  readonly currency: "BTC" | "ETH";
  /** As channels name it. */
  readonly name: string;
  /** As the truth names it. */
  readonly symbol: string;
}

export const PUBLISHED: readonly PublishedIndex[] = [
  { currency: "BTC", name: "btc_usd", symbol: "DVOL" },
  { currency: "ETH", name: "eth_usd", symbol: "DVOL-ETH" },
];

/** The channel of an index. */
export function channelOf({ name }: PublishedIndex): string {
  return `deribit_volatility_index.${name}`;
}

/** Notices of maintenance and of locked indices. */
export const PLATFORM_CHANNEL = "platform_state";
