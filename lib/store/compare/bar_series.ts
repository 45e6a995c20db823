/** Bars to be compared, as columns of equal length, in any order. */
export interface ComparedColumns {
  /** Epoch ms UTC; NaN where it could not be read. */
  readonly openTime: ArrayLike<number>;
  readonly open: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly close: ArrayLike<number>;
  /** NaN where it is unknown. */
  readonly volume: ArrayLike<number>;
}

export const PRICES = ["open", "high", "low", "close"] as const;
export type PriceName = typeof PRICES[number];

/** Bars of one side: one row a time, in time order. */
export interface BarSeries {
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Rows left out: without a readable time or close. */
  readonly unusable: number;
  /** Rows left out because a later row is of the same time. */
  readonly repeated: number;
}

/** Sorts bars by time; of several rows of one time the last of the file counts. */
export function barSeries(columns: ComparedColumns): BarSeries {
  const { openTime, close } = columns;
  const usable = Uint32Array.from({ length: openTime.length }, (_, row) => row)
    .filter((row) => Number.isFinite(openTime[row]!) && Number.isFinite(close[row]!));
  const sorted = usable.sort((a, b) => openTime[a]! - openTime[b]! || a - b);
  const rows = sorted.filter((row, at) => openTime[row] !== openTime[sorted[at + 1] ?? NaN]);
  const picked = (column: ArrayLike<number>) => Float64Array.from(rows, (row) => column[row]!);
  return {
    openTime: picked(openTime),
    open: picked(columns.open),
    high: picked(columns.high),
    low: picked(columns.low),
    close: picked(close),
    volume: picked(columns.volume),
    unusable: openTime.length - sorted.length,
    repeated: sorted.length - rows.length,
  };
}

/** The first row at or after a time. */
export function rowAt(openTime: Float64Array, time: number): number {
  let low = 0, high = openTime.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (openTime[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
