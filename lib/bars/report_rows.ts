import type { BarRow, BarRowColumns } from "./bar_table.ts";

/** A bar to be judged; every `Bar` is one. */
export interface ReportRow extends BarRow {
  /** Contract month (`ESZ6`): no move is judged from one contract to the next. */
  readonly contract?: string;
}

/** Bars as columns of equal length, to be judged. */
export type ReportColumns = BarRowColumns & {
  /** Names or numbers of contract months. */
  readonly contract?: ArrayLike<string | number>;
};

/** What is judged, in the order given; `volume` is all NaN where it is not known. */
export interface ReportRows {
  readonly length: number;
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly hasVolume: boolean;
  /** Equal numbers: same contract. 0 where there are none. */
  readonly contract: Uint32Array;
  /** Names behind the numbers. */
  readonly contracts: readonly string[];
}

const PRICES = ["openTime", "open", "high", "low", "close"] as const;

/** @throws {RangeError} when columns differ in length. */
export function reportRows(bars: readonly ReportRow[] | ReportColumns): ReportRows {
  const columns = isRows(bars) ? columnsOf(bars) : bars;
  const { length } = columns.openTime;
  const { volume, contract } = columns;
  for (const name of [...PRICES, "volume", "contract"] as const) {
    const given = columns[name]?.length ?? length;
    if (given !== length) {
      throw new RangeError(`${name} must have as many rows as openTime, ${length}, got ${given}`);
    }
  }
  const column = (name: typeof PRICES[number]) => Float64Array.from(columns[name]);
  const volumes = volume === undefined
    ? new Float64Array(length).fill(NaN)
    : Float64Array.from(volume);
  return {
    length,
    openTime: column("openTime"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: volumes,
    hasVolume: volumes.some((value) => !Number.isNaN(value)),
    ...numbered(contract, length),
  };
}

function isRows(bars: readonly ReportRow[] | ReportColumns): bars is readonly ReportRow[] {
  return Array.isArray(bars);
}

function columnsOf(bars: readonly ReportRow[]): ReportColumns {
  const column = (name: keyof BarRow) => Float64Array.from(bars, (bar) => bar[name] ?? NaN);
  return {
    openTime: column("openTime"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
    contract: bars.map((bar) => bar.contract ?? ""),
  };
}

function numbered(names: ArrayLike<string | number> | undefined, length: number) {
  const contract = new Uint32Array(length);
  const known = new Map<string, number>();
  for (let row = 0; names !== undefined && row < length; row++) {
    const name = `${names[row]}`;
    if (!known.has(name)) known.set(name, known.size);
    contract[row] = known.get(name)!;
  }
  return { contract, contracts: [...known.keys()] };
}
