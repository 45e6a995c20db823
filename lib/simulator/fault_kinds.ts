import { MINUTE, SECOND } from "../model/time.ts";
import type { FaultKind } from "./fault.ts";

/** Numbers a fault may take. */
export type FaultNumber = "durationMs" | "delayMs" | "count" | "status" | "retryAfterMs" | "code";

/** What a number is when left out, and between what it is drawn. */
export interface NumberRange {
  readonly usual: number;
  readonly low: number;
  /** Exclusive. */
  readonly high: number;
  /** Only these are drawn, if given. */
  readonly among?: readonly number[];
}

/** The numbers that a fault takes. */
export type FaultNumbers = Readonly<Partial<Record<FaultNumber, NumberRange>>>;

const lasting = (low: number, high: number): FaultNumbers => ({
  durationMs: { usual: 30 * SECOND, low, high },
});
const HALT = lasting(30 * SECOND, 5 * MINUTE);
const FIVE_TO_SIXTY = lasting(5 * SECOND, MINUTE);
const counted = (high: number): FaultNumbers => ({
  count: { usual: 1, low: 1, high },
});
const delaying = (low: number, high: number): FaultNumbers => ({
  delayMs: { usual: 2 * SECOND, low, high },
  durationMs: { usual: 30 * SECOND, low: 10 * SECOND, high: MINUTE },
});

/** Codes with which TWS refuses for a while what it has served, by what they refuse; 10999 is not known yet. */
const STREAM_CODES = [
  101,
  200,
  320,
  321,
  322,
  354,
  420,
  10_089,
  10_091,
  10_168,
  10_182,
  10_186,
  10_197,
  10_225,
  10_999,
];
const HISTORY_CODES = [162, 166, 200, 320, 321, 322, 354, 386, 10_089, 10_168, 10_197, 10_999];
const LISTING_CODES = [200, 320, 321, 322, 354, 10_999];
const refusing = (codes: readonly number[]): FaultNumbers => ({
  code: { usual: codes[0]!, low: codes[0]!, high: codes[0]! + 1, among: codes },
  durationMs: { usual: 30 * SECOND, low: 5 * SECOND, high: MINUTE },
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
  "no-last-trade": lasting(MINUTE, 10 * MINUTE),
  "lose-trades": counted(8),
  "heartbeat-lost": {},
  "channel-missing": FIVE_TO_SIXTY,
  maintenance: FIVE_TO_SIXTY,
  offline: HALT,
  auction: HALT,
  delisted: HALT,
  "cancel-only": HALT,
  "post-only": HALT,
  "limit-only": HALT,
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
  "refuse-listing": refusing(LISTING_CODES),
  "refuse-history": refusing(HISTORY_CODES),
  "refuse-streams": refusing(STREAM_CODES),
};

/** A number that a fault may take. @param chance from 0 to below 1. */
export function drawnFrom({ low, high, among }: NumberRange, chance: number): number {
  return among === undefined
    ? Math.floor(low + chance * (high - low))
    : among[Math.floor(chance * among.length)]!;
}

/** All kinds, in the table's order. */
export const ALL_FAULT_KINDS = Object.keys(FAULT_NUMBERS) as FaultKind[];
