import { checkNumber } from "../numbers.ts";
import { countTerms } from "./deterministic.ts";
import { normalSurvival } from "../distributions/distributions.ts";
import {
  CRITICAL_SURFACES,
  type Deterministic,
  P_VALUE_SURFACES,
  STATSMODELS_MISPRINTS,
} from "./mackinnon_tables.ts";

export type { Deterministic } from "./mackinnon_tables.ts";

/** Critical values of a left-tailed test by its size. */
export interface CriticalValues {
  readonly "1%": number;
  readonly "5%": number;
  readonly "10%": number;
}

/** Options of {@link mackinnonPValue} and {@link mackinnonCritical}. */
export interface MacKinnonOptions {
  /** Series in the regression: 1 for a unit root, more for cointegration. @default 1 */
  readonly series?: number;
  /**
   * `"statsmodels"` takes that library's five misprinted coefficients instead of the paper's.
   * @default "paper"
   */
  readonly compat?: "paper" | "statsmodels";
}

/**
 * Asymptotic p-value of a Dickey–Fuller or Engle–Granger statistic: `Φ` of a polynomial in it, within 0
 * and 1 outright beyond the range of the tables. NaN for more than six series, which have no surface.
 *
 * Source: J. G. MacKinnon, J. Business & Economic Statistics 12, 1994.
 *
 * @throws {RangeError} when `series` is not a whole number of at least 1 or `regression` none of its values.
 *
 * @example
 * ```ts
 * import { mackinnonPValue } from "./mackinnon.ts";
 * import assert from "node:assert/strict";
 * assert.equal(mackinnonPValue(-2.86154, "c").toFixed(3), "0.050");
 * assert.equal(mackinnonPValue(-3.33613, "c", { series: 2 }).toFixed(3), "0.050");
 * ```
 */
export function mackinnonPValue(
  stat: number,
  regression: Deterministic,
  options: MacKinnonOptions = {},
): number {
  checkNumber("stat", stat);
  countTerms(regression, "regression");
  const surface = P_VALUE_SURFACES[regression][seriesIndex(options)];
  if (!surface || Number.isNaN(stat)) return NaN;
  if (stat > surface.max) return 1;
  if (stat < surface.min) return 0;
  const coefficients = stat <= surface.star ? surface.small : surface.large;
  return normalSurvival(-polynomial(coefficients, stat));
}

/**
 * Critical values for a sample of `nobs`: `b∞ + b1/T + b2/T² + b3/T³`. NaN where the paper has no
 * surface (more than 12 series; several series without a constant).
 *
 * Source: J. G. MacKinnon, Queen's Economics Department Working Paper 1227, 2010.
 *
 * @param nobs observations in the regression; Infinity for the asymptotic values.
 * @throws {RangeError} when `series` is not a whole number of at least 1 or `regression` none of its values.
 *
 * @example
 * ```ts
 * import { mackinnonCritical } from "./mackinnon.ts";
 * import assert from "node:assert/strict";
 * assert.equal(mackinnonCritical("c", Infinity)["5%"], -2.86154);
 * assert.equal(mackinnonCritical("c", 100, { series: 2 })["1%"].toFixed(5), "-4.00821");
 * ```
 */
export function mackinnonCritical(
  regression: Deterministic,
  nobs: number,
  options: MacKinnonOptions = {},
): CriticalValues {
  checkNumber("nobs", nobs);
  countTerms(regression, "regression");
  const index = seriesIndex(options);
  const rows = CRITICAL_SURFACES[regression][index];
  if (!rows) return { "1%": NaN, "5%": NaN, "10%": NaN };
  const [one, five, ten] = rows.map((row, at) => {
    const misprint = options.compat === "statsmodels" && regression === "c" &&
      STATSMODELS_MISPRINTS.find((known) => known.series === index + 1 && known.row === at);
    return polynomial(misprint ? misprint.surface : row, 1 / nobs);
  });
  return { "1%": one!, "5%": five!, "10%": ten! };
}

function seriesIndex({ series = 1 }: MacKinnonOptions): number {
  if (Number.isSafeInteger(series) && series >= 1) return series - 1;
  throw new RangeError(`series must be a whole number of at least 1, got ${series}`);
}

function polynomial(coefficients: readonly number[], at: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * at + coefficient, 0);
}
