/**
 * A bar the simulated venues serve, over a minute or five seconds. Times are venue epoch ms UTC. Of an index,
 * volume and vwap are NaN, and trades 0.
 */
export interface SimulatedBar {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
  readonly vwap: number;
}

export interface SimulatedTrade {
  /** Increases by one with every trade over the life of the symbol. */
  readonly id: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly buyerIsMaker: boolean;
}

/** A value of an index. */
export interface SimulatedValue {
  readonly time: number;
  readonly value: number;
}

/** One tradable thing at a simulated venue: a spot symbol, or one listed contract month of a future. */
export interface Listing {
  /** Venue's symbol: `BTCUSDT`, `ESZ6`. Key of all questions to the truth. */
  readonly symbol: string;
  /** Which kind of venue lists it: futures trade at the one, coins at every other. */
  readonly kind: "future" | "crypto";
  /** `ES` of `ESZ6`; the symbol itself for spot. */
  readonly root: string;
  readonly tickSize: number;
  /** Smallest size: 1 contract, 0.00001 BTC. */
  readonly sizeStep: number;
  /** Futures only: last trade date `YYYYMMDD`, contract month `YYYYMM`, money per point. */
  readonly lastTradeDate?: string;
  readonly contractMonth?: string;
  readonly multiplier?: number;
}

/**
 * What happened in the simulated market. The venues only serve it; checkers compare with it.
 * The same questions always get the same answers, in any order.
 */
export interface Truth {
  /** Minutes it can answer for, `[from, to)`; `to` may be Infinity. */
  readonly from: number;
  readonly to: number;
  /** The listings at a venue time. */
  listings(at: number): readonly Listing[];
  /**
   * The listing of a symbol at a venue time, also of one that is made only when it is asked for and so in no list.
   * A truth without it has what it lists.
   */
  listing?(symbol: string, at: number): Listing | undefined;
  /** The minute that opens then; undefined when nothing traded or the market was shut. */
  minute(symbol: string, openTime: number): SimulatedBar | undefined;
  /** Up to twelve five-second bars that add up to the minute exactly; empty when it has none. */
  fiveSeconds(symbol: string, minuteOpen: number): readonly SimulatedBar[];
  /** Trades in time order that make the minute's open, high, low and close exactly. */
  trades(symbol: string, minuteOpen: number): readonly SimulatedTrade[];
  /**
   * Values of an index (`DVOL`, `VIX`) in the minute, in time order; empty for what is traded. A truth without
   * indices has none.
   */
  values?(symbol: string, minuteOpen: number): readonly SimulatedValue[];
  /**
   * The price of a coin at a venue (`BTCUSDT@usdm`) over that of the coin itself; 1 where no venue is named. A truth
   * without it has one price for all venues.
   */
  premium?(symbol: string, time: number): number;
  /** True when the symbol's market trades in the minute that opens then. */
  isOpen(symbol: string, minuteOpen: number): boolean;
}
