import { type MinuteGrid, MinuteStatus } from "../model/minute_grid.ts";
import { HOUR } from "../model/time.ts";
import { stepOf } from "../model/timeframe.ts";
import {
  type GridTimeframe,
  MIXED_CONTRACTS,
  type Slot,
  slotAt,
  slotRange,
} from "./timeframe_grid.ts";

/** Why a slot has no return. */
export const ReturnReason = {
  /** It has one. */
  None: 0,
  /** A minute of this or of the previous slot is not known, or neither minute nor trade is there. */
  Gap: 1,
  /** The market was shut in between. */
  Session: 2,
  /** The contract month changed. */
  Roll: 3,
} as const;
export type ReturnReason = (typeof ReturnReason)[keyof typeof ReturnReason];

/** The log return of one slot over the slot before. */
export interface SlotReturn {
  /** `ln(close / previous close)`; NaN unless `reason` is `None`. */
  readonly value: number;
  readonly reason: ReturnReason;
  /** Both slots are covered and lie in one stretch of session, so that a return could exist. */
  readonly isPossible: boolean;
}

/**
 * The return from `previous` to the adjacent `slot` of the same grid. It exists only between complete
 * slots of one contract, and when no minute out of session lies between the two closes. A slot longer than an hour
 * has none when any of its minutes lies out of session.
 */
export function returnBetween(grid: MinuteGrid, previous: Slot, slot: Slot): SlotReturn {
  // Between 4h bars the break is a part of the day, so a slot that touches one compares with no other.
  const isCut = slot.touchesBreak && slot.openTime - previous.openTime > HOUR;
  const isPossible = previous.isCovered && slot.isCovered &&
    previous.inSession && slot.inSession && !isCut &&
    !isShutBetween(grid, previous.lastSessionRow, slot.lastSessionRow);
  const reason = reasonFor(grid, previous, slot, isPossible);
  if (reason !== ReturnReason.None) return { value: NaN, reason, isPossible };
  // log1p keeps the digits that the quotient, so near 1, would lose.
  const value = Math.log1p((slot.close - previous.close) / previous.close);
  return { value, reason, isPossible };
}

function reasonFor(
  grid: MinuteGrid,
  previous: Slot,
  slot: Slot,
  isPossible: boolean,
): ReturnReason {
  if (!previous.isCovered || !slot.isCovered) return ReturnReason.Gap;
  if (!isPossible) return ReturnReason.Session;
  if (previous.contract === MIXED_CONTRACTS || slot.contract === MIXED_CONTRACTS) {
    return ReturnReason.Roll;
  }
  if (!previous.isComplete || !slot.isComplete) return ReturnReason.Gap;
  if (previous.contract !== slot.contract) return ReturnReason.Roll;
  if (isShutBetween(grid, previous.lastBarRow, slot.lastBarRow)) return ReturnReason.Session;
  return previous.close > 0 && slot.close > 0 ? ReturnReason.None : ReturnReason.Gap;
}

function isShutBetween(grid: MinuteGrid, fromRow: number, toRow: number): boolean {
  for (let row = fromRow + 1; row < toRow; row++) {
    if (grid.status[row] === MinuteStatus.OutOfSession) return true;
  }
  return false;
}

/** Returns of one timeframe as columns: row `i` is the slot that opens at `start + i * stepMs`. */
export interface Returns {
  readonly timeframe: GridTimeframe;
  readonly stepMs: number;
  readonly start: number;
  readonly length: number;
  /** Log returns; NaN where there is none. */
  readonly value: Float64Array;
  /** A {@link ReturnReason} a row. */
  readonly reason: Uint8Array;
  /** 1 where a return could exist, see {@link SlotReturn}. */
  readonly possible: Uint8Array;
}

/** Log returns of all slots that the minutes touch. They never cross a gap, a session edge or a roll. */
export function returnsOf(grid: MinuteGrid, timeframe: GridTimeframe): Returns {
  const stepMs = stepOf(timeframe);
  const { start, length } = slotRange(grid, stepMs);
  const value = new Float64Array(length);
  const reason = new Uint8Array(length);
  const possible = new Uint8Array(length);
  let previous = slotAt(grid, stepMs, start - stepMs);
  for (let i = 0; i < length; i++) {
    const slot = slotAt(grid, stepMs, start + i * stepMs);
    const found = returnBetween(grid, previous, slot);
    value[i] = found.value;
    reason[i] = found.reason;
    possible[i] = found.isPossible ? 1 : 0;
    previous = slot;
  }
  return { timeframe, stepMs, start, length, value, reason, possible };
}
