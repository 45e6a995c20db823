import { averageLinkage, type Linkage } from "./average_linkage.ts";
import { completeRows } from "../regression/columns.ts";
import { correlation } from "./correlation.ts";
import { symmetricEigenvalues } from "./symmetric_eigenvalues.ts";

/** Fewest pairs for a correlation. */
const LEAST = 3;

/** Options of {@link correlationMatrix}. */
export interface CorrelationMatrixOptions {
  /**
   * `listwise` uses the rows where every column is finite, so that the matrix is positive semi-definite;
   * `pairwise` uses for each pair what it has, and then it need not be. @default "listwise"
   */
  readonly rows?: "listwise" | "pairwise";
}

/** Correlations of every two columns, by their places. */
export interface CorrelationMatrix {
  /** Rows of Pearson correlations, symmetric, ones on the diagonal; NaN where undefined. */
  readonly corr: number[][];
  /** Pairs that each correlation rests on. */
  readonly n: number[][];
  /** Below 0 (beyond rounding): no columns could correlate like that. NaN with an undefined entry. */
  readonly minEigenvalue: number;
  readonly isPositiveSemidefinite: boolean;
  /** Columns in the order of a tree of likeness, for drawing: average linkage of `√((1 - r) / 2)`. */
  readonly order: number[];
  readonly linkage: Linkage;
}

/**
 * Pearson correlations of several columns with each other, and what a heat map of them needs: the pairs
 * used, whether the matrix is a possible one, and an order that puts like columns together.
 *
 * NaN with fewer than 3 pairs, which always correlate or nearly so; a constant column has NaN in its row, its
 * diagonal too.
 *
 * @param series columns of one length.
 * @throws {RangeError} when the columns differ in length.
 *
 * @example
 * ```ts
 * import { correlationMatrix } from "./correlation_matrix.ts";
 * import assert from "node:assert/strict";
 * const { corr, n, order } = correlationMatrix([
 *   [1, 2, 3, 4, NaN],
 *   [4, 1, 3, 2, 7],
 *   [2, 4, 6, 9, 0],
 * ]);
 * assert.equal(corr[0]![2]!.toFixed(4), "0.9944");
 * assert.equal(n[0]![2], 4);
 * assert.deepEqual(order, [1, 0, 2]);
 * ```
 */
export function correlationMatrix(
  series: readonly ArrayLike<number>[],
  options: CorrelationMatrixOptions = {},
): CorrelationMatrix {
  const { rows = "listwise" } = options;
  checkEquallyLong(series);
  const columns = rows === "listwise" ? completeRows(series).columns : series;
  const corr = columns.map(() => new Array<number>(columns.length).fill(NaN));
  const n = columns.map(() => new Array<number>(columns.length).fill(0));
  columns.forEach((x, i) => {
    for (let j = 0; j <= i; j++) {
      const pair = correlation(x, columns[j]!);
      const value = pair.n < LEAST ? NaN : pair.value;
      corr[i]![j] = corr[j]![i] = i === j && !Number.isNaN(value) ? 1 : value;
      n[i]![j] = n[j]![i] = pair.n;
    }
  });
  const minEigenvalue = symmetricEigenvalues(corr)[0] ?? NaN;
  const linkage = averageLinkage(
    corr.map((row) => row.map((r) => Math.sqrt((1 - r) / 2))),
  );
  return {
    corr,
    n,
    minEigenvalue,
    isPositiveSemidefinite: minEigenvalue > -1e-12 * series.length,
    order: linkage.order,
    linkage,
  };
}

/** @throws {RangeError} when columns differ in length. */
export function checkEquallyLong(series: readonly ArrayLike<number>[]): void {
  const length = series[0]?.length ?? 0;
  series.forEach((column, index) => {
    if (column.length !== length) {
      throw new RangeError(
        `all series must be equally long, got ${column.length} at ${index} and ${length} before`,
      );
    }
  });
}
