import { COMMON_FAULTS } from "../common_faults.ts";
import type { FaultKind } from "../fault.ts";

/** What can strike the Deribit server. */
export const DERIBIT_FAULTS: readonly FaultKind[] = [
  ...COMMON_FAULTS,
  "dead-streams",
  "duplicate",
  "shuffle",
  "heartbeat-lost",
  "channel-missing",
  "maintenance",
  "lock-index",
  "credits",
  "history-short",
  "future-row",
];
