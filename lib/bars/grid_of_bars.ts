import { type MinuteGrid, MinuteStatus } from "../model/minute_grid.ts";
import { type Interval, MINUTE } from "../model/time.ts";

/** Minute bars as columns, oldest first, each minute once; epoch ms UTC. Volume is NaN where unknown. */
export interface MinuteColumns {
  readonly openTime: ArrayLike<number>;
  readonly open: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly close: ArrayLike<number>;
  readonly volume: ArrayLike<number>;
}

/** Three years and nine months: 85 MB. */
const MAX_MINUTES = 2_000_000;

/**
 * Bars of files or of a store as minutes of the UTC grid. A minute without a bar is out of session where the calendar
 * says so, absent where the venue is known to have none, else it is not known.
 *
 * @param options.isOpen whether the market trades in the minute that opens then; undefined when unknown.
 * @param options.contractAt number of the contract month of a bar. @default 0 for each
 * @throws {RangeError} when they span more minutes than can be held.
 *
 * @example
 * ```ts
 * import { gridOfBars } from "./grid_of_bars.ts";
 * import assert from "node:assert/strict";
 * const price = [5, 6];
 * const bars = { openTime: [0, 120_000], open: price, high: price, low: price, close: price, volume: [1, 2] };
 * const { close, status } = gridOfBars(bars, { isOpen: () => true });
 * assert.deepEqual([...close], [5, NaN, 6]);
 * assert.deepEqual([...status], [2, 0, 2]);
 * ```
 */
export function gridOfBars(bars: MinuteColumns, options: {
  readonly isOpen: (openTime: number) => boolean | undefined;
  readonly contractAt?: (openTime: number) => number;
  /** Stretches of which the venue has no bars. @default none is known */
  readonly absences?: readonly Interval[];
}): MinuteGrid {
  const { isOpen, contractAt = () => 0, absences = [] } = options;
  const { openTime } = bars;
  const start = openTime[0] ?? 0;
  const length = openTime.length === 0 ? 0 : (openTime[openTime.length - 1]! - start) / MINUTE + 1;
  if (length > MAX_MINUTES) {
    throw new RangeError(
      `bars must span at most ${MAX_MINUTES} minutes, got ${length}; cut them to the years needed`,
    );
  }
  const column = () => new Float64Array(length).fill(NaN);
  const grid = {
    start,
    length,
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    status: new Uint8Array(length),
    contract: new Uint8Array(length),
  };
  for (let i = 0; i < openTime.length; i++) {
    const row = (openTime[i]! - start) / MINUTE;
    grid.open[row] = bars.open[i]!;
    grid.high[row] = bars.high[i]!;
    grid.low[row] = bars.low[i]!;
    grid.close[row] = bars.close[i]!;
    grid.volume[row] = bars.volume[i]!;
    grid.status[row] = MinuteStatus.History;
    grid.contract[row] = contractAt(openTime[i]!);
  }
  for (const { from, to } of absences) {
    const end = Math.min(length, (to - start) / MINUTE);
    for (let row = Math.max(0, (from - start) / MINUTE); row < end; row++) {
      if (grid.status[row] === MinuteStatus.Unknown) grid.status[row] = MinuteStatus.Absent;
    }
  }
  for (let row = 0; row < length; row++) {
    const status = grid.status[row];
    const isEmpty = status === MinuteStatus.Unknown || status === MinuteStatus.Absent;
    if (isEmpty && isOpen(start + row * MINUTE) === false) {
      grid.status[row] = MinuteStatus.OutOfSession;
    }
  }
  return grid;
}
