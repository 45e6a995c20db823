import { MINUTE, SECOND } from "../model/time.ts";
import type { FaultKind } from "./fault.ts";
import type { FaultTarget } from "./fault_target.ts";

/** Numbers a fault may take. */
export type FaultNumber = "durationMs" | "delayMs" | "count" | "status" | "retryAfterMs";

/** What a number is when left out, and between what it is drawn. */
export interface NumberRange {
  readonly usual: number;
  readonly low: number;
  /** Exclusive. */
  readonly high: number;
}

export interface FaultKindOf {
  /** Where it can strike. */
  readonly venues: readonly FaultTarget["venue"][];
  readonly numbers: Readonly<Partial<Record<FaultNumber, NumberRange>>>;
}

const BOTH = ["ibkr", "binance"] as const;
const IBKR = ["ibkr"] as const;
const BINANCE = ["binance"] as const;

const lasting = (low: number, high: number): FaultKindOf["numbers"] => ({
  durationMs: { usual: 30 * SECOND, low, high },
});
const FIVE_TO_SIXTY = lasting(5 * SECOND, MINUTE);
const counted = (high: number): FaultKindOf["numbers"] => ({
  count: { usual: 1, low: 1, high },
});
const delaying = (low: number, high: number): FaultKindOf["numbers"] => ({
  delayMs: { usual: 2 * SECOND, low, high },
  durationMs: { usual: 30 * SECOND, low: 10 * SECOND, high: MINUTE },
});

/** Every kind of fault: where it strikes and what it takes. */
export const FAULT_KINDS: Readonly<Record<FaultKind, FaultKindOf>> = {
  drop: { venues: BOTH, numbers: {} },
  stall: { venues: BOTH, numbers: FIVE_TO_SIXTY },
  corrupt: { venues: BOTH, numbers: counted(6) },
  delay: { venues: BOTH, numbers: delaying(500, 5_000) },
  refuse: { venues: BOTH, numbers: FIVE_TO_SIXTY },
  "dead-streams": { venues: BOTH, numbers: {} },
  duplicate: { venues: BOTH, numbers: counted(30) },
  shuffle: { venues: BOTH, numbers: counted(30) },
  lifetime: { venues: BINANCE, numbers: {} },
  shutdown: {
    venues: BINANCE,
    numbers: { delayMs: { usual: 10 * SECOND, low: 1, high: 30 * SECOND } },
  },
  silence: { venues: BINANCE, numbers: FIVE_TO_SIXTY },
  mute: { venues: BINANCE, numbers: FIVE_TO_SIXTY },
  "rest-error": {
    venues: BINANCE,
    numbers: {
      status: { usual: 500, low: 500, high: 505 },
      count: { usual: 1, low: 1, high: 6 },
      retryAfterMs: { usual: 7 * SECOND, low: SECOND, high: 30 * SECOND },
    },
  },
  "rest-slow": { venues: BINANCE, numbers: delaying(1_000, 30_000) },
  "rest-lag": { venues: BINANCE, numbers: delaying(1_000, 90_000) },
  "rest-short": { venues: BINANCE, numbers: counted(4) },
  "outage-kept": { venues: IBKR, numbers: FIVE_TO_SIXTY },
  "outage-lost": { venues: IBKR, numbers: FIVE_TO_SIXTY },
  "outage-dead": { venues: IBKR, numbers: FIVE_TO_SIXTY },
  farm: { venues: IBKR, numbers: FIVE_TO_SIXTY },
  "history-farm": { venues: IBKR, numbers: FIVE_TO_SIXTY },
  "history-silent": { venues: IBKR, numbers: FIVE_TO_SIXTY },
  "history-pacing": { venues: IBKR, numbers: counted(3) },
  "history-no-data": { venues: IBKR, numbers: counted(2) },
  "history-error": { venues: IBKR, numbers: counted(4) },
  "history-short": { venues: IBKR, numbers: counted(4) },
  "history-slow": { venues: IBKR, numbers: delaying(1_000, 20_000) },
  "end-streams": { venues: IBKR, numbers: {} },
  compete: { venues: IBKR, numbers: FIVE_TO_SIXTY },
  "hold-ids": { venues: IBKR, numbers: FIVE_TO_SIXTY },
  restart: { venues: IBKR, numbers: lasting(30 * SECOND, 3 * MINUTE) },
  hang: { venues: IBKR, numbers: FIVE_TO_SIXTY },
  "bad-length": { venues: IBKR, numbers: {} },
};

/** All kinds, in the table's order. */
export const ALL_FAULT_KINDS = Object.keys(FAULT_KINDS) as FaultKind[];
