/**
 * Tables for what a least-squares line of one series on another leaves, with a constant. The tables for a series that
 * was observed do not hold for it: a line that was fitted makes any two walks look as if they belonged together.
 */

/** Rows of the simulated tables; between them on a line in ln n, at the ends as the last. */
const ROWS = [100, 200, 400, 800, 1_200];
/** 5 % quantiles for two unrelated Gaussian walks, from 1,500 to 3,000 draws a row. */
const HURST_LOW = [0.174, 0.293, 0.375, 0.418, 0.433];
const RATIO_LOW = [-1.63, -1.62, -1.64, -1.7, -1.67];
/** Cointegration with one regressor and a constant at 10, 5 and 1 % (Y. Shin, Econometric Theory 10, 1994). */
const KPSS = [[0.231, 0.1], [0.314, 0.05], [0.533, 0.01]] as const;

/** The Hurst exponent (structure function) below which one in twenty spreads of unrelated walks lies. */
export function residualHurstLow(n: number): number {
  return between(HURST_LOW, n);
}

/** The same of the statistic of the variance ratio over ten rows. */
export function residualVarianceRatioLow(n: number): number {
  return between(RATIO_LOW, n);
}

/** p of a KPSS statistic of such a spread; the table ends at 0.1 and 0.01. */
export function residualKpssPValue(
  stat: number,
): { pvalue: number; pvalueIs: "interpolated" | "at-least" | "at-most" } {
  const [low, middle, high] = KPSS;
  if (!(stat > low[0])) return { pvalue: low[1], pvalueIs: "at-least" };
  if (stat >= high[0]) return { pvalue: high[1], pvalueIs: "at-most" };
  const [from, to] = stat < middle[0] ? [low, middle] : [middle, high];
  const share = (stat - from[0]) / (to[0] - from[0]);
  return { pvalue: from[1] + share * (to[1] - from[1]), pvalueIs: "interpolated" };
}

function between(values: readonly number[], n: number): number {
  const above = ROWS.findIndex((rows) => rows >= n);
  if (above <= 0) return values[above === 0 ? 0 : values.length - 1]!;
  const low = Math.log(ROWS[above - 1]!), high = Math.log(ROWS[above]!);
  const share = (Math.log(n) - low) / (high - low);
  return values[above - 1]! + share * (values[above]! - values[above - 1]!);
}
