import { COMMON_FAULTS } from "../common_faults.ts";
import type { FaultKind } from "../fault.ts";

/** What can strike the Binance server. */
export const BINANCE_FAULTS: readonly FaultKind[] = [
  ...COMMON_FAULTS,
  "dead-streams",
  "duplicate",
  "shuffle",
  "lifetime",
  "shutdown",
  "silence",
  "mute",
  "rest-error",
  "rest-slow",
  "rest-lag",
  "rest-short",
];
