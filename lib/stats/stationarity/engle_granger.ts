import { checkRule } from "./adf.ts";
import { checkLengths, type Column, gapless, listColumns } from "../regression/columns.ts";
import { countTerms, termColumns } from "./deterministic.ts";
import { dickeyFuller, type LagRule } from "./dickey_fuller.ts";
import { LeastSquares } from "../regression/least_squares.ts";
import {
  type CriticalValues,
  type Deterministic,
  mackinnonCritical,
  mackinnonPValue,
} from "./mackinnon.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Options of {@link engleGranger} and {@link engleGrangerBoth}. */
export interface EngleGrangerOptions {
  /** Deterministic terms of the cointegrating regression. @default "c" */
  readonly trend?: Deterministic;
  /** Longest lag tried, or the lag itself without a rule. @default ⌈12 (n/100)^¼⌉ */
  readonly maxLag?: number | null;
  /** Rule for the lags of the residual's regression. @default "aic" */
  readonly autolag?: LagRule;
  /**
   * `"statsmodels"` takes that library's misprinted critical values instead of the paper's.
   * @default "paper"
   */
  readonly compat?: "paper" | "statsmodels";
}

/** Fewest rows for a test. */
const LEAST = 20;

/** An Engle–Granger test. */
export interface EngleGrangerResult {
  /** Dickey–Fuller t of the residual; -Infinity when `collinear`. */
  readonly stat: number;
  /** Asymptotic, on the surface for this many series (to six; NaN beyond). */
  readonly pvalue: number;
  /** For n - 1; NaN with trend "n" or beyond twelve series. */
  readonly critical: CriticalValues;
  /** Coefficients of X. */
  readonly beta: Float64Array;
  /** The residual tested: the spread. */
  readonly resid: Float64Array;
  readonly usedLag: number;
  /** Whether y is X up to 1.5e-6 of its variance, which no test can say more about. */
  readonly collinear: boolean;
}

/**
 * Engle–Granger test of no cointegration (H0): y is regressed on X and the terms, and the residual
 * tested for a unit root, by MacKinnon's surfaces for that many series, since a fitted residual looks
 * more stationary than it is. The semantics of statsmodels' `coint`; a small p speaks for a pair that
 * holds together.
 *
 * Not symmetric: see {@link engleGrangerBoth}.
 *
 * Sources: Engle & Granger, Econometrica 55, 1987; MacKinnon 1994, 2010.
 *
 * @param X the other series, or one of them.
 * @throws {StatisticsError} `missing`, `constant`, `singular`, `too-few` (under 20 rows, or too few for the
 * coefficients and lags), `perfect-fit` (the residual follows its own past exactly).
 * @throws {RangeError} when lengths differ or an option is none of its values.
 *
 * @example
 * ```ts
 * import { engleGranger } from "./engle_granger.ts";
 * import assert from "node:assert/strict";
 * const x = Float64Array.from({ length: 200 }, (_, t) => t / 10 + 5 * Math.sin(t / 7));
 * const y = x.map((value, t) => 2 * value + Math.sin(t * t));
 * const test = engleGranger(y, [x]);
 * assert.ok(test.pvalue < 0.01);
 * assert.equal(test.beta[0]!.toFixed(1), "2.0");
 * ```
 */
export function engleGranger(
  y: Column,
  X: Column | readonly Column[],
  options: EngleGrangerOptions = {},
): EngleGrangerResult {
  const { trend = "c", maxLag, autolag = "aic", compat = "paper" } = options;
  checkRule(autolag);
  const list = listColumns(X);
  checkLengths(list, y.length, "X");
  if (list.length === 0) throw new RangeError("X must have a column, got none");
  const target = gapless(y, "y");
  const columns = list.map((column, j) => gapless(column, `column ${j} of X`));
  if (target.length < LEAST) {
    throw new StatisticsError(
      "too-few",
      `a cointegration test needs at least ${LEAST} rows, there are ${target.length}`,
    );
  }
  if (target.every((value) => value === target[0])) {
    throw new StatisticsError("constant", "y never changes, so it is no random walk to test");
  }
  const constant = countTerms(trend, "trend") > 0;
  const trends = termColumns(trend, target.length).slice(1);
  const fit = new LeastSquares(target, [...columns, ...trends], constant);

  const series = columns.length + 1;
  const collinear = fit.ssr / fit.sst <= 100 * Math.sqrt(Number.EPSILON);
  const { stat, usedLag } = collinear
    ? { stat: -Infinity, usedLag: 0 }
    : dickeyFuller(fit.resid, "n", autolag, maxLag, fit.rounding);
  return {
    stat,
    pvalue: mackinnonPValue(stat, trend, { series }),
    critical: trend === "n"
      ? { "1%": NaN, "5%": NaN, "10%": NaN }
      : mackinnonCritical(trend, target.length - 1, { series, compat }),
    beta: fit.params.slice(constant ? 1 : 0, (constant ? 1 : 0) + columns.length),
    resid: fit.resid,
    usedLag,
    collinear,
  };
}

/**
 * {@link engleGranger} both ways round. The answer to quote is the weaker one, the larger p: which side
 * one calls y is no evidence.
 *
 * @example
 * ```ts
 * import { engleGrangerBoth } from "./engle_granger.ts";
 * import assert from "node:assert/strict";
 * const x = Float64Array.from({ length: 200 }, (_, t) => t / 10 + 5 * Math.sin(t / 7));
 * const y = x.map((value, t) => 2 * value + Math.sin(t * t));
 * const { yOnX, xOnY, pvalue } = engleGrangerBoth(y, x);
 * assert.equal(pvalue, Math.max(yOnX.pvalue, xOnY.pvalue));
 * ```
 */
export function engleGrangerBoth(
  y: Column,
  x: Column,
  options: EngleGrangerOptions = {},
): { yOnX: EngleGrangerResult; xOnY: EngleGrangerResult; pvalue: number } {
  const yOnX = engleGranger(y, [x], options);
  const xOnY = engleGranger(x, [y], options);
  return { yOnX, xOnY, pvalue: Math.max(yOnX.pvalue, xOnY.pvalue) };
}
