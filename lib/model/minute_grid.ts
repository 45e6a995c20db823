import { type Interval, MINUTE } from "./time.ts";

/** What is known of one minute of one instrument. */
export const MinuteStatus = {
  /** Nothing yet: still to come, or lost and not healed. */
  Unknown: 0,
  /** Closed by the live stream. */
  Stream: 1,
  /** Taken from the venue's history: backfill or heal. */
  History: 2,
  /** The venue was asked and has no bar (no trade, or the venue itself was down). */
  Absent: 3,
  /** Outside the trading session. */
  OutOfSession: 4,
  /** Known before the feed began: read from a store. */
  Stored: 5,
} as const;
export type MinuteStatus = (typeof MinuteStatus)[keyof typeof MinuteStatus];

/**
 * Minutes of one instrument on the UTC grid, one row a minute without holes: row `i` is the minute that
 * opens at `start + i * 60_000`. Prices and volume are NaN where there is no bar. The columns are views
 * on the owner's memory: read them at once, do not keep or change them.
 */
export interface MinuteGrid {
  readonly start: number;
  readonly length: number;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** A {@link MinuteStatus} a row. */
  readonly status: Uint8Array;
  /** Equal numbers: same contract month. 0 for instruments that have none. */
  readonly contract: Uint8Array;
}

/** True when the minute holds a closed bar. */
export function hasBar(status: number | undefined): boolean {
  return status === MinuteStatus.Stream || status === MinuteStatus.History ||
    status === MinuteStatus.Stored;
}

/** True when nothing more is to come for the minute, short of a revision. */
export function isSettled(status: number | undefined): boolean {
  return status !== undefined && status !== MinuteStatus.Unknown;
}

/**
 * The minutes of a grid that open at or after `from` and end by `to`, as views; none where a time is NaN.
 *
 * @param to epoch ms. @default the grid's end
 */
export function minutesWithin(grid: MinuteGrid, from: number, to = Infinity): MinuteGrid {
  const rowAt = (time: number) =>
    Math.max(0, Math.min(grid.length, (time - grid.start) / MINUTE)) || 0;
  const first = Math.ceil(rowAt(from)), end = Math.max(first, Math.floor(rowAt(to)));
  return {
    start: grid.start + first * MINUTE,
    length: end - first,
    open: grid.open.subarray(first, end),
    high: grid.high.subarray(first, end),
    low: grid.low.subarray(first, end),
    close: grid.close.subarray(first, end),
    volume: grid.volume.subarray(first, end),
    status: grid.status.subarray(first, end),
    contract: grid.contract.subarray(first, end),
  };
}

/** The same minutes in memory of their own. */
export function copiedGrid(grid: MinuteGrid): MinuteGrid {
  return {
    start: grid.start,
    length: grid.length,
    open: grid.open.slice(),
    high: grid.high.slice(),
    low: grid.low.slice(),
    close: grid.close.slice(),
    volume: grid.volume.slice(),
    status: grid.status.slice(),
    contract: grid.contract.slice(),
  };
}

/** The stretches of a grid whose minutes have this status, in time order. */
export function stretchesOf(
  { start, length, status }: Pick<MinuteGrid, "start" | "length" | "status">,
  wanted: MinuteStatus,
): Interval[] {
  const found: Interval[] = [];
  for (let row = 0; row < length; row++) {
    if (status[row] !== wanted) continue;
    const first = row;
    while (row + 1 < length && status[row + 1] === wanted) row++;
    found.push({ from: start + first * MINUTE, to: start + (row + 1) * MINUTE });
  }
  return found;
}
