import type { Bar } from "../model/bar.ts";
import { type MinuteGrid, minutesWithin } from "../model/minute_grid.ts";
import { SECOND } from "../model/time.ts";
import { stepOf } from "../model/timeframe.ts";
import { returnBetween, ReturnReason } from "./returns.ts";
import { type GridTimeframe, MIXED_CONTRACTS, slotAt } from "./timeframe_grid.ts";

/** Bars of two sides over the same slots of the UTC grid: row `i` opens at `start + i * stepMs`. */
export interface PairRows {
  readonly start: number;
  readonly stepMs: number;
  readonly length: number;
  /** Closes; NaN where there is no complete bar of one contract. */
  readonly y: Float64Array;
  readonly x: Float64Array;
  /** 1 where a side has no return from the row before: a gap, a break of the session or a roll. */
  readonly cut: Uint8Array;
  /** 1 where both sides could have a bar: in session and covered. */
  readonly possible: Uint8Array;
  /** Equal numbers: same contract month; 0 for none known. */
  readonly contractY: Uint8Array;
  readonly contractX: Uint8Array;
}

/** Rows of a pair whose slots open in `[from, to)`, both multiples of the timeframe's step. */
export function pairRows(
  gridY: MinuteGrid,
  gridX: MinuteGrid,
  timeframe: GridTimeframe,
  { from, to }: { readonly from: number; readonly to: number },
): PairRows {
  const stepMs = stepOf(timeframe);
  const rows = emptyRows(from, stepMs, to);
  const within = (grid: MinuteGrid) => minutesWithin(grid, from - stepMs, to);
  const inY = within(gridY), inX = within(gridX);
  let lastY = slotAt(inY, stepMs, from - stepMs), lastX = slotAt(inX, stepMs, from - stepMs);
  for (let row = 0; row < rows.length; row++) {
    const time = from + row * stepMs;
    const slotY = slotAt(inY, stepMs, time), slotX = slotAt(inX, stepMs, time);
    const ofY = returnBetween(inY, lastY, slotY), ofX = returnBetween(inX, lastX, slotX);
    const isWhole = ofY.reason === ReturnReason.None && ofX.reason === ReturnReason.None;
    rows.y[row] = closeOf(slotY);
    rows.x[row] = closeOf(slotX);
    rows.cut[row] = isWhole ? 0 : 1;
    rows.possible[row] = slotY.inSession && slotX.inSession && slotY.isCovered && slotX.isCovered
      ? 1
      : 0;
    rows.contractY[row] = contractOf(slotY);
    rows.contractX[row] = contractOf(slotX);
    lastY = slotY;
    lastX = slotX;
  }
  return rows;
}

/** The same of one-second bars; every second is possible, and one in which a side did not trade has no row of both. */
export function pairSeconds(
  barsY: readonly Bar[],
  barsX: readonly Bar[],
  { from, to }: { readonly from: number; readonly to: number },
): PairRows {
  const rows = emptyRows(from, SECOND, to);
  const fill = (bars: readonly Bar[], column: Float64Array) => {
    column.fill(NaN);
    for (const { openTime, close } of bars) {
      const row = (openTime - from) / SECOND;
      if (row >= 0 && row < rows.length && close > 0) column[row] = close;
    }
  };
  fill(barsY, rows.y);
  fill(barsX, rows.x);
  rows.possible.fill(1);
  return rows;
}

function emptyRows(from: number, stepMs: number, to: number): PairRows {
  const length = Math.max(0, Math.round((to - from) / stepMs) || 0);
  return {
    start: from,
    stepMs,
    length,
    y: new Float64Array(length),
    x: new Float64Array(length),
    cut: new Uint8Array(length),
    possible: new Uint8Array(length),
    contractY: new Uint8Array(length),
    contractX: new Uint8Array(length),
  };
}

function closeOf({ isComplete, close }: ReturnType<typeof slotAt>): number {
  return isComplete && close > 0 ? close : NaN;
}

function contractOf({ contract }: ReturnType<typeof slotAt>): number {
  return contract === MIXED_CONTRACTS ? 0 : contract;
}
