import { BINANCE_FAULTS } from "../../lib/simulator/binance/fault_kinds.ts";
import type { FaultKind } from "../../lib/simulator/fault.ts";
import { TWS_FAULTS } from "../../lib/simulator/tws/fault_kinds.ts";

/** The venues that the simulation runs; everything kept per venue is keyed by these. */
export type Venue = "ibkr" | "binance";

/** What can strike each. */
export const VENUE_FAULTS: Readonly<Record<Venue, readonly FaultKind[]>> = {
  ibkr: TWS_FAULTS,
  binance: BINANCE_FAULTS,
};

/** Where a fault can strike. */
export function venuesOf(kind: FaultKind): Venue[] {
  return (Object.keys(VENUE_FAULTS) as Venue[]).filter((venue) =>
    VENUE_FAULTS[venue].includes(kind)
  );
}
