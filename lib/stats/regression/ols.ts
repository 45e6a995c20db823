import {
  checkLengths,
  type Column,
  completeRows,
  largest,
  listColumns,
  mean,
  powerOfTwo,
} from "./columns.ts";
import { fSurvival, tQuantile, tTwoSided } from "../distributions/distributions.ts";
import { LeastSquares, norm, sumOfSquares } from "./least_squares.ts";
import { heteroscedasticErrors, neweyWestErrors, type RobustErrors } from "./robust_errors.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Options of {@link ols}. */
export interface OlsOptions {
  /** Whether to add a column of ones before the others. @default true */
  readonly constant?: boolean;
  /** Coverage of `confInt`. @default 0.95 */
  readonly level?: number;
}

/**
 * Ordinary least squares with the usual table (the numbers of statsmodels' `OLS`).
 *
 * - `se = √(s² (X'X)⁻¹)`, `s² = SSR/(n-k)`; t-values and two-sided p by Student's t(n-k).
 * - R² about the mean when the columns hold a constant, about zero when not.
 * - `llf = -n/2 (ln 2π + ln(SSR/n) + 1)`, `aic = -2 llf + 2k`, `bic = -2 llf + k ln n`.
 * - Robust errors: `hc1`, `hc3` (White), `hac(maxLags)` (Newey–West).
 *
 * t-values on price levels are no valid inference, however small the p: two random walks give them too
 * (see `looksSpurious`). Use `engleGranger` for levels, or returns here.
 *
 * Rows with a missing value are left out (they are NaN in `resid`); Durbin–Watson and Newey–West take
 * the rows that remain as neighbours.
 *
 * @param y what is explained.
 * @param X columns that explain it, or one column.
 * @throws {StatisticsError} `too-few`, `constant` (y, or a column beside the constant), `singular`,
 * `perfect-fit` (the residuals are no more than the rounding of the data).
 * @throws {RangeError} when lengths differ or `level` is not strictly between 0 and 1.
 *
 * @example
 * ```ts
 * import { ols } from "./ols.ts";
 * import assert from "node:assert/strict";
 * const fit = ols([1, 3, 2, 5, 4], [[1, 2, 3, 4, 5]]);
 * assert.deepEqual(Array.from(fit.params, (b) => b.toFixed(6)), ["0.600000", "0.800000"]);
 * assert.equal(fit.rsquared.toFixed(6), "0.640000");
 * assert.equal(fit.pvalues[1]!.toFixed(6), "0.104088");
 * ```
 */
export function ols(
  y: Column,
  X: Column | readonly Column[],
  options: OlsOptions = {},
): OlsResult {
  const { constant = true, level = 0.95 } = options;
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`level must lie strictly between 0 and 1, got ${level}`);
  }
  const list = listColumns(X);
  checkLengths(list, y.length, "X");
  if (list.length === 0 && !constant) throw new RangeError("X must have a column, got none");
  const { columns, rows } = completeRows([y, ...list]);
  const target = columns[0]!;
  const fit = new LeastSquares(target, columns.slice(1), constant);
  if (target.every((value) => value === target[0])) {
    throw new StatisticsError("constant", "y never changes, so there is nothing to explain");
  }
  if (fit.isPerfect) {
    throw new StatisticsError(
      "perfect-fit",
      "X explains y exactly, which leaves nothing to estimate errors from",
    );
  }
  return new OlsResult(fit, target, { length: y.length, rows }, level);
}

/** The table of {@link ols}; the constant is the first coefficient. */
export class OlsResult {
  readonly params: Float64Array;
  /** Standard errors. */
  readonly bse: Float64Array;
  readonly tvalues: Float64Array;
  readonly pvalues: Float64Array;
  /** `[lo, hi]` of each coefficient. */
  readonly confInt: readonly (readonly [number, number])[];
  readonly rsquared: number;
  readonly rsquaredAdj: number;
  /** F test of all slopes being 0; NaN when there are none. */
  readonly fvalue: number;
  readonly fPvalue: number;
  readonly aic: number;
  readonly bic: number;
  /** Log-likelihood. */
  readonly llf: number;
  readonly nobs: number;
  readonly dfResid: number;
  readonly dfModel: number;
  /** Residuals, a row each; NaN where the row had a missing value. */
  readonly resid: Float64Array;
  readonly durbinWatson: number;
  /**
   * Whether R² exceeds Durbin–Watson: the mark of levels regressed on levels, whose errors and p-values
   * mean nothing (Granger & Newbold, J. Econometrics 2, 1974).
   */
  readonly looksSpurious: boolean;
  readonly #fit: LeastSquares;

  /** Made by {@link ols}. */
  constructor(
    fit: LeastSquares,
    y: Float64Array,
    place: { readonly length: number; readonly rows: Int32Array },
    level: number,
  ) {
    this.#fit = fit;
    const { nobs, dfResid, params, ssr } = fit;
    const sigma = Math.sqrt(ssr / dfResid);
    this.nobs = nobs;
    this.dfResid = dfResid;
    this.params = params;
    this.bse = Float64Array.from(fit.roots, (root) => sigma * norm(root));
    this.tvalues = params.map((value, j) => value / this.bse[j]!);
    this.pvalues = this.tvalues.map((t) => tTwoSided(t, dfResid));
    const half = tQuantile((1 + level) / 2, dfResid);
    this.confInt = Array.from(params, (value, j) => {
      return [value - half * this.bse[j]!, value + half * this.bse[j]!] as const;
    });

    const constants = fit.hasConstant ? 1 : 0;
    const centre = mean(y);
    const sst = constants ? sumOfSquares(y.map((value) => (value - centre) / fit.scale)) : fit.sst;
    this.dfModel = params.length - constants;
    this.rsquared = 1 - ssr / sst;
    this.rsquaredAdj = 1 - (nobs - constants) / dfResid * (ssr / sst);
    this.fvalue = (sst - ssr) / this.dfModel / (ssr / dfResid);
    if (this.dfModel === 0) this.fvalue = NaN;
    this.fPvalue = this.dfModel > 0 ? fSurvival(this.fvalue, this.dfModel, dfResid) : NaN;
    const logVariance = Math.log(ssr / nobs) + 2 * Math.log(fit.scale);
    this.llf = -nobs / 2 * (Math.log(2 * Math.PI) + logVariance + 1);
    this.aic = -2 * this.llf + 2 * params.length;
    this.bic = -2 * this.llf + params.length * Math.log(nobs);
    this.durbinWatson = durbinWatson(fit.resid);
    this.looksSpurious = this.rsquared > this.durbinWatson;
    this.resid = new Float64Array(place.length).fill(NaN);
    place.rows.forEach((row, i) => this.resid[row] = fit.resid[i]!);
  }

  /** White's errors, times √(n/(n-k)). */
  get hc1(): RobustErrors {
    return heteroscedasticErrors(this.#fit, "HC1");
  }

  /** White's errors with residuals divided by one minus their leverage. */
  get hc3(): RobustErrors {
    return heteroscedasticErrors(this.#fit, "HC3");
  }

  /**
   * Newey–West errors with Bartlett weights.
   *
   * @param maxLags autocorrelations counted in. @default floor(4 (n/100)^(2/9))
   * @throws {RangeError} when it is not a whole number of at least 0.
   */
  hac(maxLags: number = Math.floor(4 * (this.nobs / 100) ** (2 / 9))): RobustErrors {
    return neweyWestErrors(this.#fit, maxLags);
  }
}

function durbinWatson(resid: Float64Array): number {
  const scale = powerOfTwo(largest(resid)), scaled = resid.map((value) => value / scale);
  let steps = 0;
  for (let row = 1; row < scaled.length; row++) steps += (scaled[row]! - scaled[row - 1]!) ** 2;
  return steps / sumOfSquares(scaled);
}
