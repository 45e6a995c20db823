import { pairVenue } from "../streaming/pair_venue.ts";
import { coinbaseAdapter } from "./adapter.ts";

/** Coinbase Exchange's spot market. */
export const coinbaseVenue = pairVenue({
  id: "coinbase",
  separator: "-",
  restUrl: "https://api.exchange.coinbase.com",
  adapter: coinbaseAdapter,
  simulated: {
    port: 9084,
    load: async () => (await import("../../simulator/coinbase/embedded.ts")).embeddedCoinbase,
  },
});
