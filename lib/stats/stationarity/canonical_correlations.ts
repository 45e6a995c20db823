import { firstDependent, roundingOf } from "../regression/dependence.ts";
import { HouseholderQr } from "../regression/householder.ts";
import { sumOfSquares } from "../regression/least_squares.ts";
import { singularValues } from "../regression/singular_values.ts";
import { StatisticsError } from "../statistics_error.ts";

/** A column and the rounding of a value that it brought along. */
export interface Rounded {
  readonly values: Float64Array;
  readonly rounding: number;
}

/**
 * Canonical correlations of two sets of columns, and the combinations of the second set that have them,
 * with unit mean square over `nobs`.
 */
export function canonicalCorrelations(
  first: readonly Rounded[],
  second: readonly Rounded[],
  nobs: number,
): { values: Float64Array; vectors: Float64Array[] } {
  const [a, b] = [first, second].map((columns) => {
    const roundings = lengthsOfRounding(columns);
    const qr = new HouseholderQr(columns.map(({ values }) => values.slice()));
    checkIndependent(qr, roundings);
    return qr;
  }) as [HouseholderQr, HouseholderQr];
  const basis = b.thinQ();
  basis.forEach((column) => a.applyTransposed(column));
  const { values, vectors } = singularValues(basis.map((column) => column.slice(0, a.count)));
  return {
    values,
    vectors: vectors.map((vector) => b.solve(vector).map((value) => value * Math.sqrt(nobs))),
  };
}

/** Lengths of what rounding may have put into each column. */
export function lengthsOfRounding(columns: readonly Rounded[]): number[] {
  return columns.map(({ values, rounding }) => {
    const rows = values.length, norm = Math.sqrt(sumOfSquares(values));
    return roundingOf({ rows, count: 10 * columns.length, rounding: 2 * rounding, norm });
  });
}

/** @throws {StatisticsError} `singular`, when a column is a combination of those before it. */
export function checkIndependent(qr: HouseholderQr, roundings: readonly number[]): void {
  if (firstDependent(qr, roundings) < 0) return;
  throw new StatisticsError(
    "singular",
    "a series is a combination of the others or of its own lags; leave it out",
  );
}

/**
 * Differences after the reflections of the design, which are done in place: what terms and lags leave of them
 * stands below the factored columns.
 *
 * @throws {StatisticsError} `perfect-fit`, when the lags leave next to nothing (1.5e-8) of what the terms left.
 */
export function checkUnexplained(
  differences: readonly { readonly values: Float64Array }[],
  terms: number,
  factored: number,
): void {
  for (const { values } of differences) {
    const rest = sumOfSquares(values.subarray(factored));
    if (rest <= Number.EPSILON * sumOfSquares(values.subarray(terms))) throw exactPast();
  }
}

/** Nothing is left to judge by. */
export function exactPast(): StatisticsError {
  return new StatisticsError(
    "perfect-fit",
    "a series or a combination of them follows the past exactly, which leaves nothing to judge by",
  );
}
