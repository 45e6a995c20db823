import type { EmbeddedVenue } from "../embedded_venue.ts";
import { BINANCE_FAULTS } from "./fault_kinds.ts";
import { PERPETUAL_VENUE } from "../venue_premium.ts";
import { venueTruth } from "../venue_truth.ts";
import { startBinanceServer } from "./server.ts";

/** The Binance server as an embedded venue. */
export const embeddedBinance: EmbeddedVenue = { start: startBinanceServer, faults: BINANCE_FAULTS };

/** The same for the USD-M futures beside it: a server of its own, so that each can fail alone. */
export const embeddedUsdm: EmbeddedVenue = {
  start: (options) =>
    startBinanceServer({
      ...options,
      truth: venueTruth(options.truth, PERPETUAL_VENUE),
      venue: PERPETUAL_VENUE,
    }),
  faults: BINANCE_FAULTS,
};
