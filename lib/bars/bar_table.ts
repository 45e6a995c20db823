/** A bar as `rebar` needs it; every `Bar` is one. */
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

const COLUMNS = ["openTime", "open", "high", "low", "close", "volume", "trades", "vwap"] as const;

/** Converts rows to columns; a field that a row lacks becomes NaN. */
export function columnsOf(rows: readonly BarRow[]): BarColumns {
  return eachColumn((name) => Float64Array.from(rows, (row) => row[name] ?? NaN));
}

/** True for bars given as rows, false for bars given as columns. */
export function isRows<Row>(bars: readonly Row[] | BarRowColumns): bars is readonly Row[] {
  return Array.isArray(bars);
}

/** Columns of bars, each made by its name. */
export function eachColumn(column: (name: keyof BarRow) => Float64Array): BarColumns {
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

/** Bars row by row in one buffer that doubles when full. */
export class BarTable {
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
    return eachColumn((name) => {
      const values = new Float64Array(this.#used / COLUMNS.length);
      for (
        let row = 0, at = COLUMNS.indexOf(name);
        row < values.length;
        row++, at += COLUMNS.length
      ) {
        values[row] = this.#cells[at]!;
      }
      return values;
    });
  }
}
