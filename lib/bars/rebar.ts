import { floorTo } from "../model/time.ts";

/** Trades as columns of equal length. */
export interface TradeColumns {
  /** Epoch ms UTC. */
  readonly time: ArrayLike<number>;
  readonly price: ArrayLike<number>;
  /** In the venue's unit; NaN where unknown. */
  readonly size: ArrayLike<number>;
}

/** A bar as {@link rebar} needs it; every `Bar` is one. */
export interface BarRow {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume?: number;
  readonly trades?: number;
  readonly vwap?: number;
}

/** Bars as columns of equal length; a column that is left out is unknown. */
export type BarRowColumns = { readonly [Name in keyof BarRow]: ArrayLike<number> };

/** Bars as columns, in time order. `volume`, `trades` and `vwap` are NaN where unknown. */
export type BarColumns = { readonly [Name in keyof Required<BarRow>]: Float64Array };

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
  checkStep(options.stepMs);
  checkLengths({ time, price, size });
  const at = doubles(price);
  const pieces = { open: at, high: at, low: at, close: at, volume: doubles(size), vwap: at };
  return addUp(doubles(time), pieces, 1, options.stepMs);
}

/**
 * Makes longer bars of shorter ones, on the UTC grid. A bar exists where at least one source bar does,
 * so it may rest on part of its time. Volume and trades are summed; vwap is Σ(vwap·volume)/Σ volume, never
 * a mean of means; each is NaN where a source bar does not tell it. Rows whose time or close is not
 * finite are missing bars.
 *
 * @param bars bars, each once: an array of bars, or columns.
 * @throws {RangeError} when columns differ in length or `stepMs` is not a whole number above 0.
 */
export function rebar(
  bars: readonly BarRow[] | BarRowColumns,
  options: { stepMs: number },
): BarColumns {
  checkStep(options.stepMs);
  const columns = isRows(bars) ? columnsOf(bars) : bars;
  const { openTime, open, high, low, close, volume, trades, vwap } = columns;
  checkLengths(columns);
  const pieces = {
    open: doubles(open),
    high: doubles(high),
    low: doubles(low),
    close: doubles(close),
    volume: doubles(volume ?? unknown(openTime.length)),
    vwap: doubles(vwap ?? unknown(openTime.length)),
  };
  const counts = doubles(trades ?? unknown(openTime.length));
  return addUp(doubles(openTime), pieces, counts, options.stepMs);
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

const COLUMNS = ["openTime", "open", "high", "low", "close", "volume", "trades", "vwap"] as const;

/** Bars row by row in one buffer that doubles when full. */
class BarTable {
  #cells = new Float64Array(1_024 * COLUMNS.length);
  #used = 0;

  add(
    openTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    trades: number,
    vwap: number,
  ): void {
    if (this.#used === this.#cells.length) {
      const wider = new Float64Array(2 * this.#used);
      wider.set(this.#cells);
      this.#cells = wider;
    }
    const cells = this.#cells, at = this.#used;
    cells[at] = openTime;
    cells[at + 1] = open;
    cells[at + 2] = high;
    cells[at + 3] = low;
    cells[at + 4] = close;
    cells[at + 5] = volume;
    cells[at + 6] = trades;
    cells[at + 7] = vwap;
    this.#used += COLUMNS.length;
  }

  finish(): BarColumns {
    const column = (name: keyof BarRow) => {
      const values = new Float64Array(this.#used / COLUMNS.length);
      for (
        let row = 0, at = COLUMNS.indexOf(name);
        row < values.length;
        row++, at += COLUMNS.length
      ) {
        values[row] = this.#cells[at]!;
      }
      return values;
    };
    return {
      openTime: column("openTime"),
      open: column("open"),
      high: column("high"),
      low: column("low"),
      close: column("close"),
      volume: column("volume"),
      trades: column("trades"),
      vwap: column("vwap"),
    };
  }
}

function doubles(values: ArrayLike<number>): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

function unknown(length: number): Float64Array {
  return new Float64Array(length).fill(NaN);
}

/** True where every row counts and stands in time order, as most columns do. */
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

/** Rows that count, by time; rows of one time keep their order. */
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

function columnsOf(rows: readonly BarRow[]): BarRowColumns {
  const column = (name: keyof BarRow) => Float64Array.from(rows, (row) => row[name] ?? NaN);
  return {
    openTime: column("openTime"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
    trades: column("trades"),
    vwap: column("vwap"),
  };
}

function isRows(bars: readonly BarRow[] | BarRowColumns): bars is readonly BarRow[] {
  return Array.isArray(bars);
}

function checkStep(stepMs: number): void {
  if (!Number.isSafeInteger(stepMs) || stepMs <= 0) {
    throw new RangeError(`stepMs must be a whole number above 0, got ${stepMs}`);
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
