import type { MinuteGrid } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";
import { decimalsOf } from "./packed_bars.ts";

/**
 * The closes of an instrument's minutes with what decides whether a return exists (status and contract),
 * as a page takes them: about 5 bytes a minute.
 */
export interface PackedMinutes {
  /** Epoch ms UTC of the first minute. */
  readonly start: number;
  readonly length: number;
  readonly decimals: number;
  /** Closes of the minutes that have one, each less the one before, in units of `10 ** -decimals`. */
  readonly closes: readonly number[];
  /** Runs of equal values, `[length, value, length, value, …]`. */
  readonly hasClose: readonly number[];
  readonly status: readonly number[];
  readonly contract: readonly number[];
}

/**
 * Packs the newest minutes of a grid. Closes come back exactly as long as they have at most eight
 * decimals, as every venue's have.
 *
 * @param options.minutes how many. @default all
 */
export function packMinutes(
  grid: MinuteGrid,
  options: { readonly minutes?: number } = {},
): PackedMinutes {
  const length = Math.min(grid.length, options.minutes ?? Infinity);
  const first = grid.length - length;
  const rows = Array.from({ length }, (_, i) => first + i);
  const prices = rows.map((row) => grid.close[row]!).filter((close) => !Number.isNaN(close));
  const decimals = decimalsOf(prices);
  let last = 0;
  const closes = prices.map((price) => {
    const count = Math.round(price * 10 ** decimals);
    const difference = count - last;
    last = count;
    return difference;
  });
  return {
    start: grid.start + first * MINUTE,
    length,
    decimals,
    closes,
    hasClose: runsOf(rows.map((row) => Number.isNaN(grid.close[row]!) ? 0 : 1)),
    status: runsOf(rows.map((row) => grid.status[row]!)),
    contract: runsOf(rows.map((row) => grid.contract[row]!)),
  };
}

/** The minutes again. Only closes travel: they stand in all four price columns, and volume is unknown. */
export function unpackMinutes(packed: PackedMinutes): MinuteGrid {
  const { start, length, decimals } = packed;
  const close = new Float64Array(length).fill(NaN);
  const unit = 10 ** decimals;
  let count = 0, taken = 0;
  bytesOf(packed.hasClose, length).forEach((has, row) => {
    if (has === 0) return;
    count += packed.closes[taken++]!;
    close[row] = count / unit;
  });
  return {
    start,
    length,
    open: close,
    high: close,
    low: close,
    close,
    volume: new Float64Array(length).fill(NaN),
    status: bytesOf(packed.status, length),
    contract: bytesOf(packed.contract, length),
  };
}

function runsOf(values: readonly number[]): number[] {
  const runs: number[] = [];
  for (const value of values) {
    if (runs.length > 0 && runs.at(-1) === value) runs[runs.length - 2]!++;
    else runs.push(1, value);
  }
  return runs;
}

function bytesOf(runs: readonly number[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0, row = 0; i < runs.length; i += 2) {
    bytes.fill(runs[i + 1]!, row, row += runs[i]!);
  }
  return bytes;
}
