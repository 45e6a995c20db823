/** The venues that the simulation runs; everything kept per venue is keyed by these. */
export type Venue = "ibkr" | "binance";
