import type { FaultKind } from "../fault.ts";
import { PAIR_FAULTS } from "../pair_venue.ts";

/** What can strike the Coinbase server. */
export const COINBASE_FAULTS: readonly FaultKind[] = [
  ...PAIR_FAULTS,
  "no-last-trade",
  "offline",
  "auction",
  "delisted",
  "cancel-only",
  "post-only",
  "limit-only",
];
