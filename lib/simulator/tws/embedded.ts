import type { EmbeddedVenue } from "../embedded_venue.ts";
import { TWS_FAULTS } from "./fault_kinds.ts";
import { startTwsServer } from "./server.ts";

/** The TWS server as an embedded venue. */
export const embeddedTws: EmbeddedVenue = { start: startTwsServer, faults: TWS_FAULTS };
