import { BINANCE_FAULTS } from "../../lib/simulator/binance/fault_kinds.ts";
import { DERIBIT_FAULTS } from "../../lib/simulator/deribit/fault_kinds.ts";
import type { FaultKind } from "../../lib/simulator/fault.ts";
import { TWS_FAULTS } from "../../lib/simulator/tws/fault_kinds.ts";

/** The venues that the simulation runs; everything kept per venue is keyed by these. */
export type Venue = "ibkr" | "binance" | "deribit";

/** All of them. */
export const VENUES: readonly Venue[] = ["binance", "ibkr", "deribit"];

/** Indices that every run streams. */
export const INDICES: readonly string[] = ["DVOL"];

/** Where an instrument is streamed from. */
export function venueOf(instrument: string): Venue {
  if (INDICES.includes(instrument)) return "deribit";
  return instrument.endsWith("USDT") ? "binance" : "ibkr";
}

/** What can strike each. */
export const VENUE_FAULTS: Readonly<Record<Venue, readonly FaultKind[]>> = {
  ibkr: TWS_FAULTS,
  binance: BINANCE_FAULTS,
  deribit: DERIBIT_FAULTS,
};

/** Where a fault can strike. */
export function venuesOf(kind: FaultKind): Venue[] {
  return (Object.keys(VENUE_FAULTS) as Venue[]).filter((venue) =>
    VENUE_FAULTS[venue].includes(kind)
  );
}
