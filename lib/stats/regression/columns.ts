import { StatisticsError } from "../statistics_error.ts";

/** One column of numbers; NaN is a missing value. */
export type Column = ArrayLike<number>;

/** Whether it is one column, not several. */
function isColumn(columns: Column | readonly Column[]): columns is Column {
  return columns.length > 0 && typeof columns[0] === "number";
}

/** One column or several as a list of columns. */
export function listColumns(columns: Column | readonly Column[]): readonly Column[] {
  return isColumn(columns) ? [columns] : columns as readonly Column[];
}

/** @throws {RangeError} when a column is not `length` long. */
export function checkLengths(columns: readonly Column[], length: number, name: string): void {
  columns.forEach((column, index) => {
    if (column.length !== length) {
      const which = columns.length === 1 ? name : `column ${index} of ${name}`;
      throw new RangeError(`${which} must have ${length} rows, got ${column.length}`);
    }
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
  const rows = new Int32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (columns.every((column) => Number.isFinite(column[row]))) rows[count++] = row;
  }
  const kept = rows.slice(0, count);
  return {
    columns: columns.map((column) => Float64Array.from(kept, (row) => column[row]!)),
    rows: kept,
  };
}

/**
 * A copy of the column, for methods in which each row follows the one before.
 *
 * @throws {StatisticsError} `missing` when a value is not finite: leaving the row out would make
 * neighbours of rows that are none.
 */
export function gapless(column: Column, name: string): Float64Array {
  const values = Float64Array.from(column);
  const row = values.findIndex((value) => !Number.isFinite(value));
  if (row >= 0) {
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
  for (let row = 0; row < column.length; row++) most = Math.max(most, Math.abs(column[row]!));
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
  const unit = powerOfTwo(largestFinite(column));
  return { values: Float64Array.from(column, (value) => value / unit), unit };
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
  const anchor = column[0] ?? NaN;
  let sum = 0;
  for (let row = 1; row < column.length; row++) sum += column[row]! - anchor;
  return anchor + sum / column.length;
}

/**
 * The column less its mean, and that mean. In two steps, the first value and then the mean of what is
 * left, because a mean at a high level is itself rounded. A constant column becomes exactly 0.
 */
export function centred(column: Column): { values: Float64Array; centre: number } {
  const anchor = column[0] ?? NaN;
  const values = Float64Array.from(column, (value) => value - anchor);
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
