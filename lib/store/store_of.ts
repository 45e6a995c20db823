import type { Market } from "../market/market.ts";
import type { Store, StoreReader } from "./store.ts";
import type { StoreProgress } from "./store_sink.ts";

/** The store behind a market. */
export interface StoreOfMarket {
  /** What can be read now; undefined before the first row of a store that is made anew. */
  reader(): Promise<StoreReader | undefined>;
  /** The store that is written, once it is known what the market's data is; undefined where nothing is written. */
  readonly whenOpen: Promise<Store> | undefined;
  /** How the writing goes; undefined where nothing is written. */
  readonly progress?: StoreProgress;
}

const STORES = new WeakMap<Market, StoreOfMarket>();

/** Remembers a market's store. Called by `openMarket`. */
export function keepStore(market: Market, store: StoreOfMarket): void {
  STORES.set(market, store);
}

/** The store behind a market, for panels, alerts and the API; undefined where bars are kept in memory alone. */
export function storeOf(market: Market): StoreOfMarket | undefined {
  return STORES.get(market);
}
