import { pairVenue } from "../streaming/pair_venue.ts";
import { krakenAdapter } from "./adapter.ts";

/** Kraken's spot market. */
export const krakenVenue = pairVenue({
  id: "kraken",
  separator: "/",
  restUrl: "https://api.kraken.com",
  adapter: krakenAdapter,
  simulated: {
    port: 9086,
    streamPath: "/v2",
    load: async () => (await import("../../simulator/kraken/embedded.ts")).embeddedKraken,
  },
});
