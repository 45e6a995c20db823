/** Where an instrument trades and is streamed from. */
export type Venue = "ibkr" | "binance";

/** Which kind of data a value rests on. Shown on every chart and table. */
export type Source = "live" | "delayed" | "replay" | "simulated";

/** What is traded and streamed. A future is named by its root (`ES`); its quarters are contracts. */
export interface Instrument {
  /** Name used everywhere in Comove: `ES`, `NQ`, `BTCUSDT`. */
  readonly id: string;
  readonly venue: Venue;
  readonly kind: "future" | "crypto";
  /** The venue's exchange or market: `CME`, `spot`. */
  readonly exchange: string;
  readonly currency: string;
}
