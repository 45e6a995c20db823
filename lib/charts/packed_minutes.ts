import type { MinuteGrid } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";
import { decimalsOf } from "./packed_bars.ts";

/** A column of closes, with those that are missing. */
export interface PackedCloses {
  readonly decimals: number;
  /** Closes of the rows that have one, each less the one before, in units of `10 ** -decimals`. */
  readonly closes: readonly number[];
  /** Runs of equal values, `[length, value, length, value, …]`. */
  readonly hasClose: readonly number[];
}

/**
 * The closes of an instrument's minutes with what decides whether a return exists (status and contract),
 * as a page takes them: about 5 bytes a minute.
 */
export interface PackedMinutes extends PackedCloses {
  /** Epoch ms UTC of the first minute. */
  readonly start: number;
  readonly length: number;
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
  return {
    start: grid.start + first * MINUTE,
    length,
    ...packCloses(rows.map((row) => grid.close[row]!)),
    status: runsOf(rows.map((row) => grid.status[row]!)),
    contract: runsOf(rows.map((row) => grid.contract[row]!)),
  };
}

/** The minutes again. Only closes travel: they stand in all four price columns, and volume is unknown. */
export function unpackMinutes(packed: PackedMinutes): MinuteGrid {
  const { start, length } = packed;
  const close = unpackCloses(packed, length);
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

/** Closes in a row, NaN where there is none; exact up to eight decimals. */
export function packCloses(column: readonly number[]): PackedCloses {
  const prices = column.filter((close) => !Number.isNaN(close));
  const decimals = decimalsOf(prices);
  let last = 0;
  const closes = prices.map((price) => {
    const count = Math.round(price * 10 ** decimals);
    const difference = count - last;
    last = count;
    return difference;
  });
  return { decimals, closes, hasClose: runsOf(column.map((close) => Number.isNaN(close) ? 0 : 1)) };
}

/** The column again. */
export function unpackCloses(
  { decimals, closes, hasClose }: PackedCloses,
  length: number,
): Float64Array<ArrayBuffer> {
  const column = new Float64Array(length).fill(NaN);
  const unit = 10 ** decimals;
  let count = 0, taken = 0;
  bytesOf(hasClose, length).forEach((has, row) => {
    if (has === 0) return;
    count += closes[taken++]!;
    column[row] = count / unit;
  });
  return column;
}

/** Runs of equal values, `[length, value, length, value, …]`. */
export function runsOf(values: readonly number[]): number[] {
  const runs: number[] = [];
  for (const value of values) {
    if (runs.length > 0 && runs.at(-1) === value) runs[runs.length - 2]!++;
    else runs.push(1, value);
  }
  return runs;
}

/** The values of such runs again. */
export function bytesOf(runs: readonly number[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0, row = 0; i < runs.length; i += 2) {
    bytes.fill(runs[i + 1]!, row, row += runs[i]!);
  }
  return bytes;
}
