import { completeRows } from "../regression/columns.ts";
import { checkEquallyLong, correlationMatrix } from "./correlation_matrix.ts";
import { correlationPValue } from "./correlation_p_value.ts";
import { StatisticsError } from "../statistics_error.ts";

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
 * 1990, §5.7). With two columns it is plain correlation.
 *
 * @param series columns of one length, at least 2.
 * @throws {RangeError} when the columns differ in length or are fewer than 2.
 * @throws {StatisticsError} `too-few` with no degree of freedom left, `constant` when a column is, and
 * `singular` when a column is a combination of the others.
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
  const { columns, rows } = completeRows(series);
  const n = rows.length, df = n - series.length;
  if (df < 1) {
    throw new StatisticsError(
      "too-few",
      `${series.length} columns need at least ${series.length + 1} complete rows, got ${n}`,
    );
  }
  const { corr } = correlationMatrix(columns);
  const constant = corr.findIndex((row, i) => Number.isNaN(row[i]));
  if (constant >= 0) {
    throw new StatisticsError("constant", `series ${constant} never changes; leave it out`);
  }
  const precision = inverse(corr);
  const partial = precision.map((row, i) =>
    row.map((value, j) =>
      i === j ? 1 : clamp(-value / (Math.sqrt(row[i]!) * Math.sqrt(precision[j]![j]!)))
    )
  );
  const pvalues = partial.map((row, i) =>
    row.map((r, j) => i === j ? NaN : correlationPValue(r, df))
  );
  return { corr: partial, pvalues, n, df };
}

/** Inverse of a correlation matrix by way of its Cholesky factor L: `L^-T L^-1`. */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const p = matrix.length;
  const factor = matrix.map(() => new Array<number>(p).fill(0));
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k++) rest -= factor[i]![k]! * factor[j]![k]!;
      if (i !== j) factor[i]![j] = rest / factor[j]![j]!;
      else if (rest > 4 * p * Number.EPSILON) factor[i]![i] = Math.sqrt(rest);
      else {
        throw new StatisticsError(
          "singular",
          `series ${i} is a combination of those before it; leave one of them out`,
        );
      }
    }
  }
  const root = factor.map(() => new Array<number>(p).fill(0));
  for (let column = 0; column < p; column++) {
    for (let i = column; i < p; i++) {
      let rest = i === column ? 1 : 0;
      for (let k = column; k < i; k++) rest -= factor[i]![k]! * root[k]![column]!;
      root[i]![column] = rest / factor[i]![i]!;
    }
  }
  return root.map((_, i) =>
    root.map((_, j) => root.reduce((sum, row) => sum + row[i]! * row[j]!, 0))
  );
}

function clamp(r: number): number {
  return Math.max(-1, Math.min(1, r));
}
