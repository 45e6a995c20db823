import { checkNumbers, copyNumbers } from "../numbers.ts";
import { StatisticsError } from "../statistics_error.ts";

/** One column of numbers; NaN is a missing value. */
export type Column = ArrayLike<number>;

/** Whether it is one column, not several; its first value may be missing. */
function isColumn(columns: Column | readonly Column[]): columns is Column {
  return columns.length > 0 && (typeof columns[0] !== "object" || columns[0] === null);
}

/** One column or several as a list of columns. */
export function listColumns(columns: Column | readonly Column[]): readonly Column[] {
  return isColumn(columns) ? [columns] : columns as readonly Column[];
}

/**
 * @throws {RangeError} when a column is not `length` long.
 * @throws {TypeError} when a value is not a number, see {@link checkNumbers}.
 */
export function checkLengths(columns: readonly Column[], length: number, name: string): void {
  columns.forEach((column, index) => {
    const which = columns.length === 1 ? name : `column ${index} of ${name}`;
    if (column.length !== length) {
      throw new RangeError(`${which} must have ${length} rows, got ${column.length}`);
    }
    checkNumbers(column, which);
  });
}

/**
 * The rows in which every column is finite, for methods to which the order of rows means nothing.
 *
 * @returns copies of the columns without the other rows, and the row numbers kept.
 */
export function completeRows(
  columns: readonly Column[],
): { columns: Float64Array[]; rows: Int32Array } {
  const length = columns[0]?.length ?? 0;
  const copies = columns.map((column, index) => copyNumbers(column, `column ${index}`));
  // NaN where a column is not finite: a sum of differences says so for all of them at once.
  const missing = new Float64Array(length);
  for (const column of copies) {
    for (let row = 0; row < length; row++) missing[row]! += column[row]! - column[row]!;
  }
  const rows = new Int32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) if (missing[row] === 0) rows[count++] = row;
  if (count === length) return { columns: copies, rows };
  for (const column of copies) for (let i = 0; i < count; i++) column[i] = column[rows[i]!]!;
  return { columns: copies.map((column) => column.slice(0, count)), rows: rows.slice(0, count) };
}

/**
 * A copy of the column, for methods in which each row follows the one before.
 *
 * @throws {StatisticsError} `missing` when a value is not finite: leaving the row out would make
 * neighbours of rows that are none.
 */
export function gapless(column: Column, name: string): Float64Array {
  const values = copyNumbers(column, name);
  for (let row = 0; row < values.length; row++) {
    if (values[row]! - values[row]! === 0) continue;
    throw new StatisticsError(
      "missing",
      `${name} has no value in row ${row}, and the order of rows matters here; ` +
        `pass a stretch without gaps`,
    );
  }
  return values;
}

/** Largest absolute value; 0 for none. */
export function largest(column: Column): number {
  let most = 0;
  for (let row = 0; row < column.length; row++) {
    const size = Math.abs(column[row]!);
    // NaN, which is not below, stays to the end.
    if (!(size <= most)) most = size;
  }
  return most;
}

/** The same over the finite values alone. */
export function largestFinite(column: Column): number {
  let most = 0;
  for (let row = 0; row < column.length; row++) {
    const size = Math.abs(column[row]!);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}

/**
 * The column in powers of two of its largest finite value, and that unit: no digit is lost, and squares and
 * products of what was near 1e±200 are doubles again. Values that are not finite stay as they are.
 */
export function scaledDown(column: Column): { values: Float64Array; unit: number } {
  const values = copyNumbers(column, "column"), unit = powerOfTwo(largestFinite(values));
  for (let row = 0; row < values.length; row++) values[row]! /= unit;
  return { values, unit };
}

/**
 * The power of two at or below `value`, to scale by without rounding; 1 for zero. It keeps squares and
 * products of values near 1e±200 inside the range of doubles.
 */
export function powerOfTwo(value: number): number {
  if (!(value > 0) || value === Infinity) return 1;
  return 2 ** Math.max(-1000, Math.min(1000, Math.floor(Math.log2(value))));
}

/** Mean, by way of the first value so that a level costs no digits; NaN for none. */
export function mean(column: Column): number {
  const anchor = column[0] ?? NaN, n = column.length;
  // Four running sums: no addition waits for the one before.
  let a = 0, b = 0, c = 0, d = 0, row = 0;
  for (; row + 3 < n; row += 4) {
    a += column[row]! - anchor;
    b += column[row + 1]! - anchor;
    c += column[row + 2]! - anchor;
    d += column[row + 3]! - anchor;
  }
  for (; row < n; row++) a += column[row]! - anchor;
  return anchor + (a + b + (c + d)) / n;
}

/**
 * The column less its mean, and that mean. In two steps, the first value and then the mean of what is
 * left, because a mean at a high level is itself rounded. A constant column becomes exactly 0.
 */
export function centred(column: Column): { values: Float64Array; centre: number } {
  const anchor = column[0] ?? NaN;
  const values = new Float64Array(column.length);
  for (let row = 0; row < values.length; row++) values[row] = column[row]! - anchor;
  const rest = mean(values);
  for (let row = 0; row < values.length; row++) values[row]! -= rest;
  return { values, centre: anchor + rest };
}

/** Median, the mean of the middle two when they are two; NaN for none. */
export function median(column: Column): number {
  const sorted = Float64Array.from(column).sort();
  const half = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  if (sorted.length % 2 === 1) return sorted[half]!;
  return sorted[half - 1]! + (sorted[half]! - sorted[half - 1]!) / 2;
}
