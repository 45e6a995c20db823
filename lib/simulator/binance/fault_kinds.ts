import type { FaultKind } from "../fault.ts";

/** What can strike the Binance server. */
export const BINANCE_FAULTS: readonly FaultKind[] = [
  "drop",
  "stall",
  "corrupt",
  "delay",
  "refuse",
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
