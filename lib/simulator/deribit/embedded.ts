import type { EmbeddedVenue } from "../embedded_venue.ts";
import { DERIBIT_FAULTS } from "./fault_kinds.ts";
import { startDeribitServer } from "./server.ts";

/** The Deribit server as an embedded venue. */
export const embeddedDeribit: EmbeddedVenue = { start: startDeribitServer, faults: DERIBIT_FAULTS };
