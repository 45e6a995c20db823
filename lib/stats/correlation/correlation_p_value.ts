import { tTwoSided } from "../distributions/distributions.ts";

/**
 * Two-sided p-value of "no correlation": `t = r √(df / (1 - r²))` against Student's t.
 *
 * @param df degrees of freedom: pairs less 2, less the columns held fixed. Below 1 there is no test: NaN.
 */
export function correlationPValue(r: number, df: number): number {
  if (Number.isNaN(r) || !(df >= 1)) return NaN;
  if (Math.abs(r) >= 1) return 0;
  // (1 - r)(1 + r) keeps the digits that 1 - r² loses near ±1.
  return Math.min(1, tTwoSided(r * Math.sqrt(df / ((1 - r) * (1 + r))), df));
}
