import type { EmbeddedVenue } from "../embedded_venue.ts";
import { COINBASE_FAULTS } from "./fault_kinds.ts";
import { startCoinbaseServer } from "./server.ts";

/** The Coinbase server as an embedded venue. */
export const embeddedCoinbase: EmbeddedVenue = {
  start: startCoinbaseServer,
  faults: COINBASE_FAULTS,
};
