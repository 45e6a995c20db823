import { checkRule, isPaper } from "./adf.ts";
import { checkWhole } from "../check_whole.ts";
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
import { defaultLag, shortSamplePValue } from "./short_samples.ts";
import { StatisticsError } from "../statistics_error.ts";
import { wildBootstrap, type WildBootstrapOptions } from "./wild_bootstrap.ts";

/** Options of {@link engleGranger} and {@link engleGrangerBoth}. */
export interface EngleGrangerOptions extends WildBootstrapOptions {
  /** Deterministic terms of the cointegrating regression. @default "c" */
  readonly trend?: Deterministic;
  /**
   * Longest lag tried, or the lag itself without a rule.
   * @default ⌈12 (n/100)^¼⌉ from 80 rows on, about n/12 up to 50, between the two on a line
   */
  readonly maxLag?: number | null;
  /** Rule for the lags of the residual's regression. @default "aic" */
  readonly autolag?: LagRule;
  /**
   * `"statsmodels"` takes that library's misprinted critical values instead of the paper's, its longest lag and
   * asymptotic p-value in short samples, and its verdict on collinear series.
   * @default "paper"
   */
  readonly compat?: "paper" | "statsmodels";
}

/** Fewest rows for a test. */
const LEAST = 20;

/** An Engle–Granger test. */
export interface EngleGrangerResult {
  /** Dickey–Fuller t of the residual; -Infinity when y is X up to rounding. */
  readonly stat: number;
  /**
   * On the surface for this many series (to six; NaN beyond): asymptotic, or under 80 rows, without a `maxLag`
   * of yours, moved by what the critical values differ from the asymptotic ones.
   */
  readonly pvalue: number;
  /** Of the wild bootstrap; NaN without one. */
  readonly bootstrapPvalue: number;
  /** For n - 1; NaN with trend "n" or beyond twelve series. */
  readonly critical: CriticalValues;
  /** Coefficients of X. */
  readonly beta: Float64Array;
  /** The residual tested: the spread. */
  readonly resid: Float64Array;
  readonly usedLag: number;
  /**
   * Whether y is X up to 1.5e-6 of its variance, as spot is the perpetual. What is left, the basis, is tested
   * like any other residual; statsmodels calls such a pair cointegrated without a look at it.
   */
  readonly collinear: boolean;
}

/**
 * Engle–Granger test of no cointegration (H0): y is regressed on X and the terms, and the residual
 * tested for a unit root, by MacKinnon's surfaces for that many series, since a fitted residual looks
 * more stationary than it is. The semantics of statsmodels' `coint`; a small p speaks for a pair that
 * holds together.
 *
 * In short samples (under 80 rows) the default tries few lags and the p-value counts the few rows: unrelated
 * walks of 20 to 50 rows pass at 5 % in 4 to 8 % (10 to 15 % with statsmodels' defaults). Where volatility
 * moves, `bootstrap` gives a p-value that stands it.
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
  const { trend = "c", maxLag, autolag = "aic", compat, bootstrap = 0, seed = 1 } = options;
  checkRule(autolag);
  checkWhole("bootstrap", bootstrap, 0);
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
  const terms = countTerms(trend, "trend");
  const fit = regress(target, columns, trend);
  const series = columns.length + 1;
  const collinear = fit.ssr / fit.sst <= 100 * Math.sqrt(Number.EPSILON);
  const isShort = maxLag == null && isPaper(compat);
  const most = isShort ? defaultLag(target.length, terms + columns.length) : maxLag;
  const isSame = fit.isPerfect || (collinear && !isPaper(compat));
  const { stat, usedLag } = isSame
    ? { stat: -Infinity, usedLag: 0 }
    : dickeyFuller(fit.resid, "n", autolag, most, fit.rounding);
  const first = terms > 0 ? 1 : 0;
  return {
    stat,
    pvalue: isShort
      ? shortSamplePValue(stat, trend, target.length - 1, { series })
      : mackinnonPValue(stat, trend, { series }),
    bootstrapPvalue: wildBootstrap(
      stat,
      [target, ...columns],
      { lags: usedLag, centre: terms > 1 },
      // No replication can be as low as minus infinity.
      { bootstrap: isSame ? 0 : bootstrap, seed },
      ([y, ...X]) => {
        const { resid, rounding } = regress(y!, X, trend);
        return dickeyFuller(resid, "n", autolag, most, rounding).stat;
      },
    ),
    critical: trend === "n"
      ? { "1%": NaN, "5%": NaN, "10%": NaN }
      : mackinnonCritical(trend, target.length - 1, { series, compat: compat ?? "paper" }),
    beta: fit.params.slice(first, first + columns.length),
    resid: fit.resid,
    usedLag,
    collinear,
  };
}

/** The cointegrating regression. */
function regress(
  y: Float64Array,
  columns: readonly Float64Array[],
  trend: Deterministic,
): LeastSquares {
  const trends = termColumns(trend, y.length).slice(1);
  return new LeastSquares(y, [...columns, ...trends], countTerms(trend, "trend") > 0);
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
