import type { FaultKind } from "../fault.ts";
import { PAIR_FAULTS } from "../pair_venue.ts";

/** What can strike the Kraken server. */
export const KRAKEN_FAULTS: readonly FaultKind[] = [
  ...PAIR_FAULTS,
  "maintenance",
  "cancel-only",
  "post-only",
  "limit-only",
];
