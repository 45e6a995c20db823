import { centred, completeRows, largest, powerOfTwo } from "../regression/columns.ts";
import { checkEquallyLong } from "./correlation_matrix.ts";
import { correlationPValue } from "./correlation_p_value.ts";
import { firstDependent, roundingOf } from "../regression/dependence.ts";
import { checkNumbers } from "../numbers.ts";
import { gramInverse } from "./gram_inverse.ts";
import { HouseholderQr } from "../regression/householder.ts";
import { norm, sumOfSquares } from "../regression/least_squares.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Correlations of every two columns with what the others explain taken out. */
export interface PartialCorrelation {
  /** Rows of correlations of each pair with all the other columns held fixed; ones on the diagonal. */
  readonly corr: number[][];
  /** Two-sided p-values of "none"; NaN on the diagonal. */
  readonly pvalues: number[][];
  /** Rows used: those where every column is finite. */
  readonly n: number;
  /** Degrees of freedom: n - 2 - the columns held fixed. */
  readonly df: number;
}

/**
 * Correlation of each pair of columns with all others held fixed: `-P_ij / √(P_ii P_jj)` with P the
 * inverse of the correlation matrix (Whittaker, Graphical Models in Applied Multivariate Statistics,
 * 1990, §5.7). With two columns it is plain correlation. By sums of products where that costs no digits, else
 * by a QR factorisation.
 *
 * @param series columns of one length, at least 2.
 * @throws {RangeError} when the columns differ in length or are fewer than 2.
 * @throws {StatisticsError} `too-few` with fewer complete rows than columns and two, `constant` when a
 * column is, and `singular` when a column is a combination of the others, whatever its scale.
 *
 * @example
 * ```ts
 * import { partialCorrelation } from "./partial_correlation.ts";
 * import assert from "node:assert/strict";
 * const { corr, df } = partialCorrelation([
 *   [1, 2, 3, 4, 5, 6],
 *   [2, 1, 4, 3, 6, 5],
 *   [1, 3, 2, 5, 4, 6],
 * ]);
 * assert.equal(corr[0]![1]!.toFixed(6), "0.981703");
 * assert.equal(df, 3);
 * ```
 */
export function partialCorrelation(series: readonly ArrayLike<number>[]): PartialCorrelation {
  if (series.length < 2) {
    throw new RangeError(`series must hold at least 2 columns, got ${series.length}`);
  }
  checkEquallyLong(series);
  const rows = series[0]!.length;
  series.forEach((column, j) => checkNumbers(column, `series ${j}`));
  const quick = rows - series.length < 2 ? undefined : gramInverse(series);
  if (quick !== undefined) return partialOf(columnsOf(quick), rows);
  const { columns, rows: kept } = completeRows(series);
  const n = kept.length, df = n - series.length;
  if (df < 2) {
    throw new StatisticsError(
      "too-few",
      `${series.length} columns need at least ${series.length + 2} complete rows, there are ${n}`,
    );
  }
  return partialOf(factor(columns, n).inverse(), n);
}

/** @param roots vectors whose products are the inverse of the second moments, in any unit of each. */
function partialOf(roots: readonly Float64Array[], n: number): PartialCorrelation {
  const df = n - roots.length;
  const lengths = roots.map(norm);
  const partial = roots.map((a, i) =>
    roots.map((b, j) => {
      if (i === j) return 1;
      let product = 0;
      for (let k = 0; k < a.length; k++) product += a[k]! / lengths[i]! * (b[k]! / lengths[j]!);
      return clamp(-product);
    })
  );
  const pvalues = partial.map((row, i) =>
    row.map((r, j) => i === j ? NaN : correlationPValue(r, df))
  );
  return { corr: partial, pvalues, n, df };
}

function columnsOf(rows: readonly Float64Array[]): Float64Array[] {
  return rows.map((_, j) => Float64Array.from(rows, (row) => row[j]!));
}

/**
 * The columns about their means, in powers of two of their sizes, factored: `X = Q R`, so that the inverse
 * of their second moments is `R^-1 R^-T` and never has to be formed.
 */
function factor(columns: readonly Float64Array[], rows: number): HouseholderQr {
  const design = columns.map((column, j) => {
    const { values } = centred(column);
    const scale = powerOfTwo(largest(values));
    if (values.every((value) => value === 0)) {
      throw new StatisticsError("constant", `series ${j} never changes; leave it out`);
    }
    const rounding = (1 + columns.length / 2) * Number.EPSILON * largest(column) / scale;
    return { values: values.map((value) => value / scale), rounding };
  });
  const roundings = design.map(({ values, rounding }) => {
    const norm = Math.sqrt(sumOfSquares(values));
    return roundingOf({ rows, count: columns.length, rounding, norm });
  });
  const qr = new HouseholderQr(design.map(({ values }) => values));
  const dependent = firstDependent(qr, roundings);
  if (dependent >= 0) {
    throw new StatisticsError(
      "singular",
      `series ${dependent} is a combination of those before it; leave one of them out`,
    );
  }
  return qr;
}

function clamp(r: number): number {
  return Math.max(-1, Math.min(1, r));
}
