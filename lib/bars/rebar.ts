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
  const builder = new BarColumnsBuilder(options.stepMs);
  for (const row of inTimeOrder(time, (row) => Number.isFinite(price[row]))) {
    const at = price[row]!;
    builder.add(time[row]!, {
      open: at,
      high: at,
      low: at,
      close: at,
      volume: size[row]!,
      trades: 1,
      vwap: at,
    });
  }
  return builder.finish();
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
  const builder = new BarColumnsBuilder(options.stepMs);
  for (const row of inTimeOrder(openTime, (row) => Number.isFinite(close[row]))) {
    builder.add(openTime[row]!, {
      open: open[row]!,
      high: high[row]!,
      low: low[row]!,
      close: close[row]!,
      volume: volume?.[row] ?? NaN,
      trades: trades?.[row] ?? NaN,
      vwap: vwap?.[row] ?? NaN,
    });
  }
  return builder.finish();
}

type Piece = Required<Omit<BarRow, "openTime">>;

/** Takes pieces in time order and adds up those that share a step. */
class BarColumnsBuilder {
  readonly #stepMs: number;
  readonly #rows: Required<BarRow>[] = [];
  #openTime = NaN;
  #bar: Piece | undefined;
  #volume = new ExactSum();
  #money = new ExactSum();

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  add(time: number, piece: Piece): void {
    const openTime = floorTo(time, this.#stepMs);
    if (openTime !== this.#openTime) this.#close();
    this.#openTime = openTime;
    const bar = this.#bar;
    this.#bar = bar === undefined ? piece : {
      open: bar.open,
      high: Math.max(bar.high, piece.high),
      low: Math.min(bar.low, piece.low),
      close: piece.close,
      trades: bar.trades + piece.trades,
      volume: NaN,
      vwap: NaN,
    };
    this.#volume.add(piece.volume);
    // A bar without volume has no vwap and needs none.
    if (piece.volume !== 0) this.#money.add(piece.vwap * piece.volume);
  }

  finish(): BarColumns {
    this.#close();
    const column = (name: keyof BarRow) => Float64Array.from(this.#rows, (row) => row[name]);
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

  #close(): void {
    if (this.#bar === undefined) return;
    const volume = this.#volume.value;
    const vwap = volume > 0 ? this.#money.value / volume : NaN;
    this.#rows.push({ ...this.#bar, openTime: this.#openTime, volume, vwap });
    this.#bar = undefined;
    this.#volume = new ExactSum();
    this.#money = new ExactSum();
  }
}

/**
 * Neumaier's compensated sum (ZAMM 54, 1974): decimal sizes add up to the venue's own total to the last
 * digit, however many there are.
 */
class ExactSum {
  #sum = 0;
  #lost = 0;

  add(value: number): void {
    const sum = this.#sum + value;
    this.#lost += Math.abs(this.#sum) >= Math.abs(value)
      ? this.#sum - sum + value
      : value - sum + this.#sum;
    this.#sum = sum;
  }

  get value(): number {
    return this.#sum + this.#lost;
  }
}

/** Rows that count, by time; rows of one time keep their order. */
function inTimeOrder(time: ArrayLike<number>, counts: (row: number) => boolean): number[] {
  const rows: number[] = [];
  let isSorted = true;
  for (let row = 0; row < time.length; row++) {
    if (!Number.isFinite(time[row]) || !counts(row)) continue;
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
