import { HouseholderQr } from "../regression/householder.ts";
import { largest, powerOfTwo } from "../regression/columns.ts";
import { StatisticsError } from "../statistics_error.ts";

/** What is left of a column by those before it, as a share of its length, for it to count as one of its own. */
const LEAST_REST = 1e-9;

/** How prices of one thing at several places come back to each other. */
export interface ErrorCorrection {
  /** A row a price: its next step by a unit of each relation, which are the first price less each of the others. */
  readonly adjustments: readonly Float64Array[];
  /** Covariances of the innovations, in units of {@link unit} squared, a row a price. */
  readonly covariance: readonly Float64Array[];
  /** Power of two by which steps were divided. */
  readonly unit: number;
  /** Rows of the regressions. */
  readonly nobs: number;
  /**
   * Covariances of `Σ_i weights_i · adjustments_i`, that stand a variance which comes and goes (White's, HC1), a row a
   * relation.
   */
  uncertaintyOf(weights: ArrayLike<number>): Float64Array[];
}

/**
 * The error-correction model of prices that have one common trend and known relations, all equal but for a constant:
 * `Δp_t = c + α (p1 - p2, p1 - p3, …)_{t-1} + Σ Γ_l Δp_{t-l} + e_t`, by least squares of each price on the same columns.
 *
 * @param prices columns of one length without gaps, two or more.
 * @param lags differences before the newest that the model has.
 * @throws {StatisticsError} `constant` for a price that never moves, `too-few`, `singular` for prices of which one
 * follows from others.
 */
export function errorCorrection(prices: readonly Float64Array[], lags: number): ErrorCorrection {
  const steps = prices.map((column) => column.slice(1).map((value, row) => value - column[row]!));
  const still = steps.findIndex((column) => column.every((value) => value === 0));
  if (still >= 0) throw new StatisticsError("constant", `column ${still} of prices never changes`);
  const unit = powerOfTwo(Math.max(...steps.map(largest)));
  for (const column of steps) for (let row = 0; row < column.length; row++) column[row]! /= unit;
  const relations = prices.length - 1, rows = steps[0]!.length - lags;
  const outside = 1 + lags * prices.length, count = outside + relations;
  if (rows < 2 * count) {
    throw new StatisticsError(
      "too-few",
      `${prices.length} prices with ${lags} lags need ${2 * count + lags + 1} rows, ` +
        `there are ${prices[0]!.length}`,
    );
  }
  const columns = designOf(prices, steps, { lags, unit });
  const lengths = columns.map((column) => Math.sqrt(productFrom(column, column, 0)));
  const moved = steps.map((column) => column.slice(lags));
  const qr = new HouseholderQr([...columns, ...moved], count);
  lengths.forEach((length, j) => {
    if (Math.abs(qr.diagonal[j]!) > LEAST_REST * length) return;
    throw new StatisticsError("singular", "one of the prices follows from the others");
  });
  const inverse = inverseOfLast(qr, outside);
  return {
    adjustments: moved.map((column) =>
      inverse.map((row) => sumOver(relations, (i) => row[i]! * column[outside + i]!))
    ).map((row) => Float64Array.from(row)),
    covariance: moved.map((a) => Float64Array.from(moved, (b) => productFrom(a, b, count) / rows)),
    unit,
    nobs: rows,
    uncertaintyOf: (weights) => uncertaintyOf(qr, { moved, inverse, outside, weights }),
  };
}

/** A constant, the steps before, and the relations as they stood before each step. */
function designOf(
  prices: readonly Float64Array[],
  steps: readonly Float64Array[],
  { lags, unit }: { readonly lags: number; readonly unit: number },
): Float64Array[] {
  const length = steps[0]!.length, rows = length - lags;
  const columns = [new Float64Array(rows).fill(1)];
  for (let lag = 1; lag <= lags; lag++) {
    for (const step of steps) columns.push(step.slice(lags - lag, length - lag));
  }
  const [first, ...others] = prices as readonly [Float64Array, ...Float64Array[]];
  for (const other of others) {
    const anchor = first[0]! - other[0]!;
    columns.push(
      Float64Array.from(
        { length: rows },
        (_, row) => (first[lags + row]! - other[lags + row]! - anchor) / unit,
      ),
    );
  }
  return columns;
}

/** The inverse of the last columns' own triangle of R, as rows. */
function inverseOfLast(qr: HouseholderQr, outside: number): Float64Array[] {
  return qr.inverse().slice(outside).map((row) => row.slice(outside));
}

function uncertaintyOf(
  qr: HouseholderQr,
  { moved, inverse, outside, weights }: {
    readonly moved: readonly Float64Array[];
    readonly inverse: readonly Float64Array[];
    readonly outside: number;
    readonly weights: ArrayLike<number>;
  },
): Float64Array[] {
  const { rows, count } = qr;
  const innovation = new Float64Array(rows);
  moved.forEach((column, i) => {
    for (let row = count; row < rows; row++) innovation[row]! += weights[i]! * column[row]!;
  });
  qr.applyForward(innovation);
  const own = inverse.map((_, i) => {
    const column = new Float64Array(rows);
    column[outside + i] = 1;
    qr.applyForward(column);
    return column.map((value, row) => value * innovation[row]!);
  });
  const factor = rows / (rows - count);
  const middle = own.map((a) => own.map((b) => factor * productFrom(a, b, 0)));
  return inverse.map((left) =>
    Float64Array.from(
      inverse,
      (right) =>
        sumOver(left.length, (i) =>
          left[i]! * sumOver(right.length, (j) => middle[i]![j]! * right[j]!)),
    )
  );
}

function productFrom(a: Float64Array, b: Float64Array, from: number): number {
  let sum = 0;
  for (let row = from; row < a.length; row++) sum += a[row]! * b[row]!;
  return sum;
}

function sumOver(length: number, term: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += term(i);
  return sum;
}
