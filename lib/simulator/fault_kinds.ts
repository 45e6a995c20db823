import { MINUTE, SECOND } from "../model/time.ts";
import type { FaultKind } from "./fault.ts";

/** Numbers a fault may take. */
export type FaultNumber = "durationMs" | "delayMs" | "count" | "status" | "retryAfterMs";

/** What a number is when left out, and between what it is drawn. */
export interface NumberRange {
  readonly usual: number;
  readonly low: number;
  /** Exclusive. */
  readonly high: number;
}

/** The numbers that a fault takes. */
export type FaultNumbers = Readonly<Partial<Record<FaultNumber, NumberRange>>>;

const lasting = (low: number, high: number): FaultNumbers => ({
  durationMs: { usual: 30 * SECOND, low, high },
});
const FIVE_TO_SIXTY = lasting(5 * SECOND, MINUTE);
const counted = (high: number): FaultNumbers => ({
  count: { usual: 1, low: 1, high },
});
const delaying = (low: number, high: number): FaultNumbers => ({
  delayMs: { usual: 2 * SECOND, low, high },
  durationMs: { usual: 30 * SECOND, low: 10 * SECOND, high: MINUTE },
});

/** Every kind of fault with what it takes. Each server lists the kinds that can strike it, in this order. */
export const FAULT_NUMBERS: Readonly<Record<FaultKind, FaultNumbers>> = {
  drop: {},
  stall: FIVE_TO_SIXTY,
  corrupt: counted(6),
  delay: delaying(500, 5_000),
  refuse: FIVE_TO_SIXTY,
  "dead-streams": {},
  duplicate: counted(30),
  shuffle: counted(30),
  lifetime: {},
  shutdown: { delayMs: { usual: 10 * SECOND, low: 1, high: 30 * SECOND } },
  silence: FIVE_TO_SIXTY,
  mute: FIVE_TO_SIXTY,
  "heartbeat-lost": {},
  "channel-missing": FIVE_TO_SIXTY,
  maintenance: FIVE_TO_SIXTY,
  "lock-index": FIVE_TO_SIXTY,
  credits: counted(3),
  "future-row": counted(4),
  "rest-error": {
    status: { usual: 500, low: 500, high: 505 },
    count: { usual: 1, low: 1, high: 6 },
    retryAfterMs: { usual: 7 * SECOND, low: SECOND, high: 30 * SECOND },
  },
  "rest-slow": delaying(1_000, 30_000),
  "rest-lag": delaying(1_000, 90_000),
  "rest-short": counted(4),
  "outage-kept": FIVE_TO_SIXTY,
  "outage-lost": FIVE_TO_SIXTY,
  "outage-dead": FIVE_TO_SIXTY,
  farm: FIVE_TO_SIXTY,
  "history-farm": FIVE_TO_SIXTY,
  "history-silent": FIVE_TO_SIXTY,
  "history-pacing": counted(3),
  "history-no-data": counted(2),
  "history-error": counted(4),
  "history-short": counted(4),
  "history-slow": delaying(1_000, 20_000),
  "end-streams": {},
  compete: FIVE_TO_SIXTY,
  "hold-ids": FIVE_TO_SIXTY,
  restart: lasting(30 * SECOND, 3 * MINUTE),
  hang: FIVE_TO_SIXTY,
  "bad-length": {},
};

/** All kinds, in the table's order. */
export const ALL_FAULT_KINDS = Object.keys(FAULT_NUMBERS) as FaultKind[];
