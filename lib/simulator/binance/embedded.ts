import type { EmbeddedVenue } from "../embedded_venue.ts";
import { BINANCE_FAULTS } from "./fault_kinds.ts";
import { startBinanceServer } from "./server.ts";

/** The Binance server as an embedded venue. */
export const embeddedBinance: EmbeddedVenue = { start: startBinanceServer, faults: BINANCE_FAULTS };
