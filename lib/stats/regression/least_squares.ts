import { centred, type Column, largest, powerOfTwo } from "./columns.ts";
import { firstDependent, roundingOf, roundingReach } from "./dependence.ts";
import { HouseholderQr } from "./householder.ts";
import { StatisticsError } from "../statistics_error.ts";

/** A column less its mean (if asked), divided by a power of two. */
interface Prepared {
  readonly values: Float64Array;
  readonly centre: number;
  readonly scale: number;
  /** Length of the rounding errors in `values`. */
  readonly rounding: number;
}

/**
 * Ordinary least squares of `y` on `columns`, with a constant unless the options say otherwise: Householder QR of
 * columns that are centred on their means and scaled by powers of two. A level of 1e9 or a scale of
 * 1e±100 costs no digits, and X'X is never formed.
 *
 * This is the engine of {@link ols} and of the tests; it has finite numbers only, and no inference.
 *
 * @throws {StatisticsError} `too-few` (rows ≤ coefficients), `constant` (a column that never changes
 * beside the constant, or a column of zeros without one), `singular` (a column that is a combination of
 * the others up to the rounding of the data, whatever the columns' scales).
 */
export class LeastSquares {
  readonly nobs: number;
  /** Rows less coefficients. */
  readonly dfResid: number;
  /** Coefficients, the constant first if there is one. */
  readonly params: Float64Array;
  readonly resid: Float64Array;
  /** Sum of squared residuals, in units of `scale` squared: squares of large numbers are no doubles. */
  readonly ssr: number;
  /** Sum of squares of y, about its mean if there is a constant, in the same units. */
  readonly sst: number;
  /** Size of the residuals (root mean square) that the rounding of the data can make. */
  readonly rounding: number;
  /** Whether the residuals are no more than that. */
  readonly isPerfect: boolean;
  /** Power of two by which y was divided. */
  readonly scale: number;
  readonly #qr: HouseholderQr;
  readonly #columns: readonly Prepared[];
  readonly #constant: boolean;
  #roots: Float64Array[] | undefined;

  constructor(y: Column, columns: readonly Column[], constant = true) {
    this.#constant = constant;
    this.nobs = y.length;
    const count = columns.length + (constant ? 1 : 0);
    this.dfResid = this.nobs - count;
    if (this.dfResid < 1) {
      throw new StatisticsError(
        "too-few",
        `${count} coefficients need at least ${count + 1} complete rows, there are ${this.nobs}`,
      );
    }
    const target = prepare(y, constant, count);
    this.#columns = columns.map((column) => prepare(column, constant, count));
    this.scale = target.scale;
    this.#qr = factor(this.#columns, constant, this.nobs);

    const rotated = target.values.slice();
    this.#qr.applyTransposed(rotated);
    const solution = this.#qr.solve(rotated);
    this.params = this.#unscale(solution, target);
    rotated.fill(0, 0, count);
    this.#qr.applyForward(rotated);
    this.resid = rotated.map((value) => value * this.scale);
    this.ssr = sumOfSquares(rotated);
    this.sst = sumOfSquares(target.values);
    const slopes = constant ? solution.subarray(1) : solution;
    const roundings = this.#columns.map(({ rounding }) => rounding);
    const reach = roundingReach(slopes, roundings, target.rounding);
    this.rounding = reach / Math.sqrt(this.nobs) * this.scale;
    this.isPerfect = Math.sqrt(this.ssr) <= reach;
  }

  /** Matrix W, as rows, with `params = W Q'y`: the covariance of params is W cov(Q'y) W'. */
  get roots(): readonly Float64Array[] {
    if (this.#roots) return this.#roots;
    const inverse = this.#qr.inverse();
    const first = this.#constant ? 1 : 0;
    this.#columns.forEach((column, j) => {
      const row = inverse[first + j]!;
      for (let i = 0; i < row.length; i++) row[i]! *= this.scale / column.scale;
    });
    if (this.#constant) {
      const row = inverse[0]!;
      for (let i = 0; i < row.length; i++) {
        row[i]! *= this.scale;
        this.#columns.forEach((column, j) => row[i]! -= column.centre * inverse[1 + j]![i]!);
      }
    }
    return this.#roots = inverse;
  }

  /** Orthonormal basis of the design, as columns. */
  basis(): Float64Array[] {
    return this.#qr.thinQ();
  }

  /** Whether the columns can add up to a constant, which makes R² one about the mean. */
  get hasConstant(): boolean {
    if (this.#constant) return true;
    const ones = new Float64Array(this.nobs).fill(1);
    this.#qr.applyTransposed(ones);
    return sumOfSquares(ones.subarray(this.#qr.count)) < 1e-20 * this.nobs;
  }

  #unscale(solution: Float64Array, target: Prepared): Float64Array {
    const first = this.#constant ? 1 : 0;
    const params = solution.map((value) => value * target.scale);
    // The ratio of the scales first: their product with the solution may pass the range of doubles.
    this.#columns.forEach(({ scale }, j) => {
      params[first + j] = solution[first + j]! * (target.scale / scale);
    });
    if (this.#constant) {
      let level = params[0]! + target.centre;
      this.#columns.forEach((column, j) => level -= params[1 + j]! * column.centre);
      params[0] = level;
    }
    return params;
  }
}

function prepare(column: Column, constant: boolean, count: number): Prepared {
  const { values, centre } = constant
    ? centred(column)
    : { values: Float64Array.from(column), centre: 0 };
  const scale = powerOfTwo(largest(values));
  for (let row = 0; row < values.length; row++) values[row]! /= scale;
  const rounding = roundingOf({
    rows: column.length,
    count,
    // A combination of the columns, summed term by term, is off by half a unit at each term.
    rounding: (1 + count / 2) * Number.EPSILON * largest(column) / scale,
    norm: Math.sqrt(sumOfSquares(values)),
  });
  return { values, centre, scale, rounding };
}

function factor(columns: readonly Prepared[], constant: boolean, rows: number): HouseholderQr {
  columns.forEach(({ values }, index) => {
    if (values.some((value) => value !== 0)) return;
    const what = constant ? "never changes, which the constant says already" : "is zero throughout";
    throw new StatisticsError("constant", `column ${index} of X ${what}; leave it out`);
  });
  const design = columns.map(({ values }) => values.slice());
  const roundings = columns.map(({ rounding }) => rounding);
  if (constant) {
    design.unshift(new Float64Array(rows).fill(1));
    roundings.unshift(10 * design.length * Number.EPSILON * Math.sqrt(rows));
  }
  const qr = new HouseholderQr(design);
  const dependent = firstDependent(qr, roundings) - (constant ? 1 : 0);
  if (dependent >= 0) {
    throw new StatisticsError(
      "singular",
      `column ${dependent} of X is a combination of the columns before it; leave one of them out`,
    );
  }
  return qr;
}

/** Sum of squares. */
export function sumOfSquares(values: Column): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row]! * values[row]!;
  return sum;
}

/** Euclidean length, for elements of any size. */
export function norm(values: Column): number {
  const scale = powerOfTwo(largest(values));
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += (values[row]! / scale) ** 2;
  return scale * Math.sqrt(sum);
}
