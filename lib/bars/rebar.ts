import {
  type BarColumns,
  type BarRow,
  type BarRowColumns,
  BarTable,
  columnsOf,
  isRows,
} from "./bar_table.ts";
import { floorTo } from "../model/time.ts";
import { givenOptions } from "../stats/given_options.ts";

export type { BarColumns, BarRow, BarRowColumns } from "./bar_table.ts";

/** Trades as columns of equal length. */
export interface TradeColumns {
  /** Epoch ms UTC. */
  readonly time: ArrayLike<number>;
  readonly price: ArrayLike<number>;
  /** In the venue's unit; NaN where unknown. */
  readonly size: ArrayLike<number>;
}

/**
 * Makes bars of trades: `[openTime, openTime + stepMs)` on the UTC grid, open = first, close = last by
 * time and then by place in the columns; volume and vwap = Σ(price·size)/Σ size. A step without a trade
 * has no bar. Rows whose time or price is not finite are no trades.
 *
 * @throws {RangeError} when the columns differ in length or `stepMs` is not a whole number above 0.
 *
 * @example
 * ```ts
 * import { resample } from "./rebar.ts";
 * import assert from "node:assert/strict";
 * const bars = resample({ time: [1, 900, 1_000], price: [10, 12, 11], size: [1, 3, 2] }, { stepMs: 1_000 });
 * assert.deepEqual([...bars.vwap], [11.5, 11]);
 * ```
 */
export function resample(trades: TradeColumns, options: { stepMs: number }): BarColumns {
  const { time, price, size } = trades;
  const { stepMs } = givenOptions(options);
  checkStep(stepMs);
  checkLengths({ time, price, size });
  const at = doubles(price);
  const pieces = { open: at, high: at, low: at, close: at, volume: doubles(size), vwap: at };
  return remember(addUp(doubles(time), pieces, 1, stepMs), stepMs);
}

/** Options of {@link rebar}. */
export interface RebarOptions {
  /** Length of the bars to make, ms. */
  readonly stepMs: number;
  /**
   * Length of the bars given, ms.
   * @default what `resample` or `rebar` made them of; else the smallest distance of two openTimes
   */
  readonly barMs?: number;
}

/**
 * Makes longer bars of shorter ones, on the UTC grid. A bar exists where at least one source bar does,
 * so it may rest on part of its time. Volume and trades are summed; vwap is Σ(vwap·volume)/Σ volume, never
 * a mean of means; each is NaN where a source bar lacks it. Rows whose time or close is not
 * finite are missing bars.
 *
 * Bars cannot be split: `stepMs` must not be shorter than they are, nor may one lie across the end of a step.
 * The length of foreign bars is unknown, so it is taken as the smallest distance between two of them. Pass
 * `barMs` where they are sparse.
 *
 * @param bars bars, each once, in order of time: an array of bars, or columns.
 * @throws {RangeError} when columns differ in length, `stepMs` or `barMs` is not a whole number above 0,
 * openTimes do not ascend, or a bar would have to be split.
 *
 * @example
 * ```ts
 * import { rebar } from "./rebar.ts";
 * import assert from "node:assert/strict";
 * const bar = { open: 1, high: 3, low: 1, close: 2, volume: 5 };
 * const bars = [0, 60_000, 120_000].map((openTime) => ({ openTime, ...bar }));
 * assert.deepEqual([...rebar(bars, { stepMs: 120_000 }).volume], [10, 5]);
 * assert.throws(() => rebar(bars, { stepMs: 30_000 }), /stepMs must be at least .* 60000 ms/);
 * ```
 */
export function rebar(
  bars: readonly BarRow[] | BarRowColumns,
  options: RebarOptions,
): BarColumns {
  const { stepMs, barMs } = givenOptions(options);
  checkStep(stepMs);
  if (barMs !== undefined) checkStep(barMs, "barMs");
  const columns = isRows(bars) ? columnsOf(bars) : bars;
  checkLengths(columns);
  const { open, high, low, close, volume, trades, vwap } = columns;
  const openTime = doubles(columns.openTime);
  const made = LENGTHS.get(bars);
  const lengthFrom = barMs === undefined ? "as they were made" : "barMs";
  checkGrid(openTime, stepMs, barMs ?? made, lengthFrom);
  const pieces = {
    open: doubles(open),
    high: doubles(high),
    low: doubles(low),
    close: doubles(close),
    volume: doubles(volume ?? unknown(openTime.length)),
    vwap: doubles(vwap ?? unknown(openTime.length)),
  };
  const counts = doubles(trades ?? unknown(openTime.length));
  return remember(addUp(openTime, pieces, counts, stepMs), stepMs);
}

/** Length of the bars made here; the columns themselves do not hold it. */
const LENGTHS = new WeakMap<object, number>();

function remember(bars: BarColumns, stepMs: number): BarColumns {
  LENGTHS.set(bars, stepMs);
  return bars;
}

/** @throws {RangeError} when openTimes do not ascend, or a bar would have to be split. */
function checkGrid(
  openTime: Float64Array,
  stepMs: number,
  barMs: number | undefined,
  lengthFrom: string,
): void {
  let rows = 0, last = -Infinity, closest = Infinity, farthest = 0;
  for (let row = 0; row < openTime.length; row++) {
    const at = openTime[row]!;
    // A row without a time is a missing bar.
    if (at - at !== 0) continue;
    if (!(at > last)) {
      throw new RangeError(`openTime must ascend, got ${at} after ${last} in row ${row}`);
    }
    if (rows++ > 0) {
      closest = Math.min(closest, at - last);
      farthest = Math.max(farthest, at - last);
    }
    last = at;
  }
  const length = barMs ?? closest;
  if (length < Infinity && stepMs < length) {
    const known = barMs === undefined
      ? "the distance of their openTimes; else pass barMs"
      : lengthFrom;
    throw new RangeError(
      `stepMs must be at least the length of the bars, ${length} ms (${known}), got ${stepMs}`,
    );
  }
  // Contiguous bars are as long as the distance between them.
  if (barMs !== undefined || (rows > 2 && closest === farthest)) {
    checkCuts(openTime, stepMs, length);
  }
}

function checkCuts(openTime: Float64Array, stepMs: number, barMs: number): void {
  for (const at of openTime) {
    if (at + barMs > floorTo(at, stepMs) + stepMs) {
      throw new RangeError(
        `stepMs must not cut bars of ${barMs} ms, got ${stepMs}, which cuts the bar of ${at}`,
      );
    }
  }
}

type Pieces = Omit<BarColumns, "openTime" | "trades">;

/**
 * Adds up the pieces that share a step, in time order. Ten million trades pass here: one loop over plain
 * columns, where an object a row would cost ten times as much.
 *
 * Volume and money are compensated sums (Neumaier, ZAMM 54, 1974): decimal sizes add up to the venue's own
 * total to the last digit, however many there are.
 *
 * @param trades of each piece, or of every piece alike.
 */
function addUp(
  time: Float64Array,
  pieces: Pieces,
  trades: Float64Array | number,
  stepMs: number,
): BarColumns {
  const { open, high, low, close, volume, vwap } = pieces;
  const order = isInOrder(time, close) ? undefined : inTimeOrder(time, close);
  const rows = order?.length ?? time.length;
  const bars = new BarTable();
  for (let place = 0; place < rows;) {
    const first = order === undefined ? place : order[place]!;
    const openTime = floorTo(time[first]!, stepMs), end = openTime + stepMs;
    let highest = high[first]!, lowest = low[first]!, count = 0, last = first;
    let size = 0, lostSize = 0, money = 0, lostMoney = 0;
    // The first row always belongs, even where rounding puts a time beyond 2^53 outside its own step.
    for (let row = first;;) {
      if (high[row]! > highest || high[row]! !== high[row]!) highest = high[row]!;
      if (low[row]! < lowest || low[row]! !== low[row]!) lowest = low[row]!;
      count += typeof trades === "number" ? trades : trades[row]!;
      const more = volume[row]!, grown = size + more;
      lostSize += Math.abs(size) >= Math.abs(more) ? size - grown + more : more - grown + size;
      size = grown;
      // A bar without volume has no vwap and needs none.
      if (more !== 0) {
        const paid = vwap[row]! * more, all = money + paid;
        lostMoney += Math.abs(money) >= Math.abs(paid) ? money - all + paid : paid - all + money;
        money = all;
      }
      last = row;
      if (++place === rows) break;
      row = order === undefined ? place : order[place]!;
      if (!(time[row]! < end)) break;
    }
    const total = size + lostSize;
    const mean = total > 0 ? (money + lostMoney) / total : NaN;
    bars.add(openTime, open[first]!, highest, lowest, close[last]!, total, count, mean);
  }
  return bars.finish();
}

function doubles(values: ArrayLike<number>): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

function unknown(length: number): Float64Array {
  return new Float64Array(length).fill(NaN);
}

/** True where every row is valid and in time order, as in most columns. */
function isInOrder(time: Float64Array, close: Float64Array): boolean {
  let last = -Infinity;
  for (let row = 0; row < time.length; row++) {
    const at = time[row]!;
    if (!(at >= last && at < Infinity) || at === -Infinity || !Number.isFinite(close[row]!)) {
      return false;
    }
    last = at;
  }
  return true;
}

/** Valid rows, by time; rows of one time keep their order. */
function inTimeOrder(time: Float64Array, close: Float64Array): number[] {
  const rows: number[] = [];
  let isSorted = true;
  for (let row = 0; row < time.length; row++) {
    if (!Number.isFinite(time[row]) || !Number.isFinite(close[row])) continue;
    if (rows.length > 0 && time[row]! < time[rows.at(-1)!]!) isSorted = false;
    rows.push(row);
  }
  return isSorted ? rows : rows.sort((a, b) => time[a]! - time[b]!);
}

function checkStep(stepMs: number | undefined, name = "stepMs"): asserts stepMs is number {
  if (!Number.isSafeInteger(stepMs) || stepMs! <= 0) {
    throw new RangeError(`${name} must be a whole number above 0, got ${stepMs}`);
  }
}

function checkLengths(columns: object): void {
  const entries: [string, ArrayLike<number>][] = Object.entries(columns);
  const [first, ...others] = entries;
  for (const [name, column] of others) {
    if (column.length !== first![1].length) {
      throw new RangeError(
        `${name} must be as long as ${first![0]} (${first![1].length}), got ${column.length}`,
      );
    }
  }
}
