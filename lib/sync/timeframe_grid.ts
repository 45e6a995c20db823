import { hasBar, isSettled, type MinuteGrid, MinuteStatus } from "../model/minute_grid.ts";
import { floorTo, MINUTE } from "../model/time.ts";
import { type BarTimeframe, stepOf } from "../model/timeframe.ts";

/** Contract of a slot whose minutes belong to more than one contract month. */
export const MIXED_CONTRACTS = 255;

/** One bar of a timeframe on the UTC grid, made of its minutes. */
export interface Slot {
  readonly openTime: number;
  /** Prices and volume over the minutes that have a bar; NaN when none has. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Every minute is settled (bar, absent or out of session), at least one has a bar, one contract. */
  readonly isComplete: boolean;
  /** All its minutes lie within the time covered. */
  readonly isCovered: boolean;
  /** At least one of its minutes lies in the session. */
  readonly inSession: boolean;
  /** At least one of its minutes lies outside the session. */
  readonly touchesBreak: boolean;
  /** Contract of its bars as in {@link MinuteGrid}, or {@link MIXED_CONTRACTS}. */
  readonly contract: number;
  /** Row of the last minute with a bar, and of the last one in session; -1 when there is none. */
  readonly lastBarRow: number;
  readonly lastSessionRow: number;
}

/**
 * The slot that opens at `openTime`, read afresh from its minutes. Minutes outside the grid are not
 * known. Costs one look at each minute of the slot.
 *
 * @param openTime a multiple of `stepMs`.
 */
export function slotAt(grid: MinuteGrid, stepMs: number, openTime: number): Slot {
  const begin = (openTime - grid.start) / MINUTE;
  const end = begin + stepMs / MINUTE;
  let open = NaN, high = -Infinity, low = Infinity, volume = 0;
  let firstBarRow = -1, lastBarRow = -1, lastSessionRow = -1, contract = 0;
  let allSettled = true, touchesBreak = false;
  for (let row = begin; row < end; row++) {
    const status = grid.status[row];
    if (!isSettled(status)) allSettled = false;
    if (status === MinuteStatus.OutOfSession) touchesBreak = true;
    else if (status !== undefined) lastSessionRow = row;
    if (!hasBar(status)) continue;
    if (firstBarRow < 0) {
      firstBarRow = row;
      open = grid.open[row]!;
      contract = grid.contract[row]!;
    } else if (grid.contract[row] !== contract) contract = MIXED_CONTRACTS;
    lastBarRow = row;
    high = Math.max(high, grid.high[row]!);
    low = Math.min(low, grid.low[row]!);
    volume += grid.volume[row]!;
  }
  const hasBars = lastBarRow >= 0;
  return {
    openTime,
    open,
    high: hasBars ? high : NaN,
    low: hasBars ? low : NaN,
    close: hasBars ? grid.close[lastBarRow]! : NaN,
    volume: hasBars ? volume : NaN,
    isComplete: allSettled && hasBars && contract !== MIXED_CONTRACTS,
    isCovered: begin >= 0 && end <= grid.length,
    inSession: lastSessionRow >= 0,
    touchesBreak,
    contract,
    lastBarRow,
    lastSessionRow,
  };
}

/** Bars of one timeframe as columns: row `i` is the slot that opens at `start + i * stepMs`. */
export interface TimeframeGrid {
  readonly timeframe: GridTimeframe;
  readonly stepMs: number;
  readonly start: number;
  readonly length: number;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** 1 where the slot is complete, see {@link Slot}. */
  readonly complete: Uint8Array;
  readonly contract: Uint8Array;
}

/** Timeframes whose bars are slots of the UTC grid, made of minutes. */
export type GridTimeframe = Exclude<BarTimeframe, "1s" | "1d">;

/** All slots that the minutes touch, in order; the first and the last may be incomplete. */
export function timeframeGrid(grid: MinuteGrid, timeframe: GridTimeframe): TimeframeGrid {
  const stepMs = stepOf(timeframe);
  const { start, length } = slotRange(grid, stepMs);
  const column = () => new Float64Array(length);
  const result = {
    timeframe,
    stepMs,
    start,
    length,
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    complete: new Uint8Array(length),
    contract: new Uint8Array(length),
  };
  for (let i = 0; i < length; i++) {
    const slot = slotAt(grid, stepMs, start + i * stepMs);
    result.open[i] = slot.open;
    result.high[i] = slot.high;
    result.low[i] = slot.low;
    result.close[i] = slot.close;
    result.volume[i] = slot.volume;
    result.complete[i] = slot.isComplete ? 1 : 0;
    result.contract[i] = slot.contract;
  }
  return result;
}

/** First slot and number of slots that the minutes touch. */
export function slotRange(grid: MinuteGrid, stepMs: number): { start: number; length: number } {
  if (grid.length === 0) return { start: grid.start, length: 0 };
  const start = floorTo(grid.start, stepMs);
  const end = grid.start + grid.length * MINUTE;
  return { start, length: Math.ceil((end - start) / stepMs) };
}
