import type { EmbeddedVenue } from "../embedded_venue.ts";
import { KRAKEN_FAULTS } from "./fault_kinds.ts";
import { startKrakenServer } from "./server.ts";

/** The Kraken server as an embedded venue. */
export const embeddedKraken: EmbeddedVenue = { start: startKrakenServer, faults: KRAKEN_FAULTS };
