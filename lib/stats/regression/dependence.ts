import type { Column } from "./columns.ts";
import type { HouseholderQr } from "./householder.ts";

/** How a column came to the factorisation. */
export interface FactoredColumn {
  readonly rows: number;
  /** Columns in the design. */
  readonly count: number;
  /** Size of the rounding error in a value, in the unit of the factored column. */
  readonly rounding: number;
  /** Euclidean length of the factored column. */
  readonly norm: number;
}

/**
 * Length of what rounding alone may have put into a factored column: the errors it brought along, which
 * are those of its values before they were centred, and the factorisation's own (Golub & Van Loan, Matrix
 * Computations, 4th ed., 5.2).
 */
export function roundingOf({ rows, count, rounding, norm }: FactoredColumn): number {
  return Math.sqrt(rows) * rounding + 10 * count * Number.EPSILON * norm;
}

/**
 * Length of what rounding may leave of a column that is the combination `coefficients` of others: its own
 * rounding and theirs, each as large as its coefficient makes it. It moves with the columns' scales, so a
 * copy in another unit is found as surely as a plain one.
 */
export function roundingReach(coefficients: Column, roundings: Column, own: number): number {
  let reach = own;
  for (let i = 0; i < coefficients.length; i++) reach += Math.abs(coefficients[i]!) * roundings[i]!;
  return reach;
}

/**
 * The first column of the design that is a combination of those before it to the precision of doubles; -1
 * when there is none. The distance of a column from the others is compared with what rounding would leave
 * of it, see {@link roundingReach}.
 *
 * @param roundings of each column, see {@link roundingOf}.
 */
export function firstDependent(qr: HouseholderQr, roundings: Column): number {
  for (let j = 0; j < qr.count; j++) {
    const reach = roundingReach(combination(qr, j), roundings, roundings[j]!);
    // Not "<=", so that a column without a number in it is never taken for a good one.
    if (!(Math.abs(qr.diagonal[j]!) > reach)) return j;
  }
  return -1;
}

/** Coefficients of the combination of the columns before `j` that comes nearest to column `j`. */
function combination(qr: HouseholderQr, j: number): Float64Array {
  const coefficients = new Float64Array(j);
  for (let i = j - 1; i >= 0; i--) {
    let rest = qr.upper(i, j);
    for (let k = i + 1; k < j; k++) rest -= qr.upper(i, k) * coefficients[k]!;
    coefficients[i] = rest / qr.diagonal[i]!;
  }
  return coefficients;
}
