import { COMMON_FAULTS } from "../common_faults.ts";
import type { FaultKind } from "../fault.ts";

/** What can strike the TWS server. */
export const TWS_FAULTS: readonly FaultKind[] = [
  ...COMMON_FAULTS,
  "dead-streams",
  "duplicate",
  "shuffle",
  "outage-kept",
  "outage-lost",
  "outage-dead",
  "farm",
  "history-farm",
  "history-silent",
  "history-pacing",
  "history-no-data",
  "history-error",
  "history-short",
  "history-slow",
  "end-streams",
  "compete",
  "hold-ids",
  "restart",
  "hang",
  "bad-length",
  "refuse-listing",
  "refuse-history",
  "refuse-streams",
];
