import {
  type Deterministic,
  mackinnonCritical,
  type MacKinnonOptions,
  mackinnonPValue,
} from "./mackinnon.ts";

/** Rows up to which a sample is short, and from which it is not; in between both treatments are mixed. */
const SHORT = 50, LONG = 80;

/** Schwert's longest lag, ⌈12 (n/100)^¼⌉. */
export function schwertLag(n: number): number {
  return Math.ceil(12 * (n / 100) ** 0.25);
}

/**
 * Longest lag to try by default: Schwert's from 80 rows on, n/12 less one for each coefficient beside the
 * lags after the first up to 50, on a line in between. Schwert's nine lags leave a regression of 20 rows next
 * to no degrees of freedom, and a criterion that may choose among them finds a stationary series in every
 * fourth random walk.
 *
 * @param coefficients deterministic terms, and for a residual those of its cointegrating regression.
 */
export function defaultLag(n: number, coefficients: number): number {
  const few = (rows: number) => Math.max(0, rows / 12 - Math.max(0, coefficients - 1));
  if (n >= LONG) return schwertLag(n);
  if (n <= SHORT) return Math.floor(few(n));
  const share = (n - SHORT) / (LONG - SHORT);
  return Math.floor(few(SHORT) + share * (schwertLag(LONG) - few(SHORT)));
}

/**
 * A p-value for few observations: the asymptotic one of the statistic moved by as much as the critical values
 * for `nobs` lie from the asymptotic ones, so that p < 0.05 exactly where the statistic is below the critical
 * value of 5 %. In full up to 50 observations, not at all from 80 on. Asymptotic where there are no critical
 * values.
 *
 * Source: J. G. MacKinnon, Queen's Economics Department Working Paper 1227, 2010, for the distances.
 */
export function shortSamplePValue(
  stat: number,
  regression: Deterministic,
  nobs: number,
  options: MacKinnonOptions = {},
): number {
  const weight = Math.max(0, Math.min(1, (LONG - nobs) / (LONG - SHORT)));
  const near = mackinnonCritical(regression, nobs, options);
  const far = mackinnonCritical(regression, Infinity, options);
  if (weight === 0 || Number.isNaN(near["5%"])) return mackinnonPValue(stat, regression, options);
  const levels = ["1%", "5%", "10%"] as const;
  const [one, five, ten] = levels.map((level) => near[level]) as [number, number, number];
  const [farOne, farFive, farTen] = levels.map((level) => far[level]) as [number, number, number];
  let moved = stat + farTen - ten;
  if (stat <= five) moved = farFive + (stat - five) * (farFive - farOne) / (five - one);
  else if (stat <= ten) moved = farFive + (stat - five) * (farTen - farFive) / (ten - five);
  return mackinnonPValue(stat + weight * (moved - stat), regression, options);
}
