import { BINANCE_FAULTS } from "../../lib/simulator/binance/fault_kinds.ts";
import { COINBASE_FAULTS } from "../../lib/simulator/coinbase/fault_kinds.ts";
import { DERIBIT_FAULTS } from "../../lib/simulator/deribit/fault_kinds.ts";
import type { FaultKind } from "../../lib/simulator/fault.ts";
import { KRAKEN_FAULTS } from "../../lib/simulator/kraken/fault_kinds.ts";
import { TWS_FAULTS } from "../../lib/simulator/tws/fault_kinds.ts";

/** Venues whose minutes are made of trades; each runs in a world of its own. */
export type PairVenueId = "coinbase" | "kraken";

/** The venues that the simulation runs; everything kept per venue is keyed by these. */
export type Venue = "ibkr" | "binance" | "deribit" | PairVenueId;

/** Those that run at once, in one world. */
export const WORLD_VENUES = ["binance", "ibkr", "deribit"] as const satisfies readonly Venue[];

export const PAIR_VENUES: readonly PairVenueId[] = ["coinbase", "kraken"];

/** All of them. */
export const VENUES: readonly Venue[] = [...WORLD_VENUES, ...PAIR_VENUES];

/** Indices that every run streams. */
export const INDICES: readonly string[] = ["DVOL"];

/** Where an instrument is streamed from. */
export function venueOf(instrument: string): Venue {
  const pairs = PAIR_VENUES.find((venue) => instrument.endsWith(`@${venue}`));
  if (pairs !== undefined) return pairs;
  if (INDICES.includes(instrument)) return "deribit";
  return instrument.endsWith("USDT") ? "binance" : "ibkr";
}

/** What can strike each. */
export const VENUE_FAULTS: Readonly<Record<Venue, readonly FaultKind[]>> = {
  ibkr: TWS_FAULTS,
  binance: BINANCE_FAULTS,
  deribit: DERIBIT_FAULTS,
  coinbase: COINBASE_FAULTS,
  kraken: KRAKEN_FAULTS,
};

/** Where a fault can strike. */
export function venuesOf(kind: FaultKind): Venue[] {
  return VENUES.filter((venue) => VENUE_FAULTS[venue].includes(kind));
}
