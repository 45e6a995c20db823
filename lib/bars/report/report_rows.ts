import { hasBar, type MinuteGrid } from "../../model/minute_grid.ts";
import { formatUtc, MINUTE } from "../../model/time.ts";
import { type BarRow, type BarRowColumns, columnsOf, isRows } from "../bar_table.ts";
import type { RowFault } from "./row_fault.ts";

/** A bar to be judged; every `Bar` is one. */
export interface ReportRow extends BarRow {
  /** Contract month (`ESZ6`): no move is judged from one contract to the next. */
  readonly contract?: string;
}

/** Bars as columns of equal length, to be judged. */
export type ReportColumns = BarRowColumns & {
  /** Names or numbers of contract months. */
  readonly contract?: ArrayLike<string | number>;
  /** Line of the file that each row is from, counted from 1; messages then name the line. */
  readonly line?: ArrayLike<number>;
  /** Faults by row, counted from 0, where something could not be read. */
  readonly unread?: ReadonlyMap<number, RowFault>;
};

/** The rows to examine, in the order given; `volume` is all NaN where it is not known. */
export interface ReportRows {
  readonly length: number;
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly hasVolume: boolean;
  /** Number of the contract month of each row; 0 where rows have none. */
  readonly contract: Uint32Array;
  /** Names behind the numbers. */
  readonly contracts: readonly string[];
  readonly line: ArrayLike<number> | undefined;
  readonly unread: ReadonlyMap<number, RowFault> | undefined;
}

/** Label of a row in messages: `line 3` of a file, else `row 2`. */
export function rowName({ line }: ReportRows, row: number): string {
  return line === undefined ? `row ${row + 1}` : `line ${line[row]}`;
}

/** The time of a row; with its line where it is from a file. */
export function rowTime(rows: ReportRows, row: number): string {
  const time = formatUtc(rows.openTime[row]!);
  return rows.line === undefined ? time : `${time} (${rowName(rows, row)})`;
}

/** The bars of a grid, to be judged. */
export function reportColumnsOf(grid: MinuteGrid): ReportColumns {
  let length = 0;
  for (const status of grid.status) if (hasBar(status)) length++;
  const column = () => new Float64Array(length);
  const openTime = column(), open = column(), high = column(), low = column(), close = column();
  const volume = column(), contract = new Uint8Array(length);
  for (let row = 0, at = 0; row < grid.length; row++) {
    if (!hasBar(grid.status[row])) continue;
    openTime[at] = grid.start + row * MINUTE;
    open[at] = grid.open[row]!;
    high[at] = grid.high[row]!;
    low[at] = grid.low[row]!;
    close[at] = grid.close[row]!;
    volume[at] = grid.volume[row]!;
    contract[at++] = grid.contract[row]!;
  }
  return { openTime, open, high, low, close, volume, contract };
}

const PRICES = ["openTime", "open", "high", "low", "close"] as const;

/** @throws {RangeError} when columns differ in length. */
export function reportRows(bars: readonly ReportRow[] | ReportColumns): ReportRows {
  const columns: ReportColumns = isRows(bars)
    ? { ...columnsOf(bars), contract: bars.map((bar) => bar.contract ?? "") }
    : bars;
  const { length } = columns.openTime;
  const { volume, contract } = columns;
  for (const name of [...PRICES, "volume", "contract", "line"] as const) {
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
    line: columns.line,
    unread: columns.unread,
  };
}

/**
 * Whether the rows are the known ones, unchanged, followed by later ones in time order. The known rows then need
 * not be examined again.
 */
export function isContinued(known: ReportRows, rows: ReportRows): boolean {
  const { length } = known;
  if (rows.length < length || rows.hasVolume !== known.hasVolume) return false;
  if (rows.unread !== undefined || known.unread !== undefined) return false;
  if (!known.contracts.every((name, i) => rows.contracts[i] === name)) return false;
  const isSame = [...PRICES, "volume" as const, "contract" as const].every((name) =>
    startsWith(rows[name], known[name])
  );
  if (!isSame) return false;
  let latest = -Infinity;
  for (const time of known.openTime) if (time > latest) latest = time;
  for (const time of rows.openTime.subarray(length)) {
    if (!Number.isSafeInteger(time) || time <= latest) return false;
    latest = time;
  }
  return true;
}

function startsWith(column: ArrayLike<number>, start: ArrayLike<number>): boolean {
  for (let row = 0; row < start.length; row++) {
    const a = column[row]!, b = start[row]!;
    if (a !== b && (a === a || b === b)) return false;
  }
  return true;
}

function numbered(names: ArrayLike<string | number> | undefined, length: number) {
  const contract = new Uint32Array(length);
  const known = new Map<string, number>();
  for (let row = 0; names !== undefined && row < length; row++) {
    // A contract lasts for months of rows.
    if (row > 0 && names[row] === names[row - 1]) {
      contract[row] = contract[row - 1]!;
      continue;
    }
    const name = `${names[row]}`;
    if (!known.has(name)) known.set(name, known.size);
    contract[row] = known.get(name)!;
  }
  return { contract, contracts: [...known.keys()] };
}
