import type { CorrelatedTimeframe, Timeframe } from "../model/timeframe.ts";
import type { PairedReturns } from "./pair_correlation.ts";

/** Bar lengths of which a day of minutes has too few: they are studied as returns, made where the minutes are. */
export const LONG_TIMEFRAMES = ["4h", "1d"] as const;
/** `"4h"` or `"1d"`. */
export type LongTimeframe = Exclude<CorrelatedTimeframe, Timeframe>;

/** True for a timeframe of {@link LONG_TIMEFRAMES}. */
export function isLong(timeframe: CorrelatedTimeframe): timeframe is LongTimeframe {
  return LONG_TIMEFRAMES.some((long) => long === timeframe);
}

/** The returns of two instruments over the same slots, side by side, oldest first; all of the slots have ended. */
export interface LongReturns {
  /** When each slot opens and ends, epoch ms UTC. */
  readonly openTime: Float64Array;
  readonly endTime: Float64Array;
  /** Log returns; NaN where there is none. */
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** 1 where the side could have a return. */
  readonly possibleA: Uint8Array;
  readonly possibleB: Uint8Array;
}

/** Pairs with a lag between them: a slot of `a`, and that of `b` so many slots later. */
export interface LaggedPairs extends PairedReturns {
  /** When the later of the two slots opens and ends. */
  laterOpen(row: number): number;
  laterEnd(row: number): number;
}

/** Pairs each slot of `a` with that of `b` `lag` slots later, earlier where it is negative. */
export function laggedPairs(returns: LongReturns, lag: number): LaggedPairs {
  const { openTime, endTime, a, b, possibleA, possibleB } = returns;
  const length = Math.max(0, a.length - Math.abs(lag));
  const firstA = Math.max(0, -lag), firstB = Math.max(0, lag);
  const possible = possibleB.slice(firstB, firstB + length);
  for (let row = 0; row < length; row++) possible[row]! &= possibleA[firstA + row]!;
  const later = Math.max(firstA, firstB);
  return {
    length,
    a: a.subarray(firstA, firstA + length),
    b: b.subarray(firstB, firstB + length),
    possible,
    openTime: (row) => openTime[firstA + row]!,
    endTime: (row) => endTime[firstA + row]!,
    laterOpen: (row) => openTime[later + row]!,
    laterEnd: (row) => endTime[later + row]!,
  };
}
