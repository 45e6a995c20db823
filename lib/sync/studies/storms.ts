import { correlationDifference } from "../../stats/correlation/correlation_difference.ts";
import { pearson, type PearsonEstimate } from "../../stats/correlation/pearson.ts";
import { ewmaStandardised, forbesRigobon } from "../../stats/correlation/volatility_adjusted.ts";
import { normalSurvival } from "../../stats/distributions/distributions.ts";
import { ols } from "../../stats/regression/ols.ts";
import { quantile } from "../../stats/rolling/quantile.ts";
import { StatisticsError } from "../../stats/statistics_error.ts";

/** The correlation in calm and in stormy bars of the second side, and what volatility has to do with it. */
export interface StormCorrelation {
  readonly calm: PearsonEstimate;
  readonly stormy: PearsonEstimate;
  /** Variance of the second side in stormy bars over that in calm ones. */
  readonly varianceRatio: number;
  /** The stormy correlation as it would be at the calm volatility, after Forbes & Rigobon. */
  readonly corrected: number;
  /** Two-sided p-value of "the correlation as in calm bars". */
  readonly pvalue: number;
  /**
   * p-value of "the slope of one side on the other, at least, is not larger in storms": two-sided, of the side that says
   * less, and 1 where its slope is smaller. NaN where a slope cannot be had.
   */
  readonly slopePvalue: number;
  /** The correlation is higher in storms, and both slopes are: more than volatility alone makes of it. */
  readonly isMore: boolean;
}

/** Fewest bars with a foreseen volatility. */
const LEAST = 60;
/** Share of the bars that are stormy. */
const STORMY_SHARE = 0.25;
const HOLDS_BELOW = 0.05;
/** Of the slopes: the constant, the storms', the other side's, and the other side's in storms. */
const EXTRA_SLOPE = 3;

/**
 * Bars are stormy by the volatility of the second side that was foreseen before them, so that no bar makes itself
 * stormy. Undefined where there are too few.
 *
 * Forbes and Rigobon's correction supposes that the second side's volatility rose and what the first side does by itself
 * did not. Where both grow more violent, as markets mostly do, it hides a stronger link (G. Corsetti, M. Pericoli & M.
 * Sbracia, J. International Money and Finance 24, 2005); where the first side is the source, it finds one that is none. So
 * the verdict is of slopes. A side whose volatility alone rises leaves the slope on it as it was, and sides whose
 * volatilities rise by unlike factors have one slope that falls. A link that is stronger has both slopes larger: each is
 * tested with Newey and West's errors, and the worse of the two counts (R. L. Berger, Technometrics 24, 1982).
 */
export function stormsOf(a: Float64Array, b: Float64Array): StormCorrelation | undefined {
  const standard = ewmaStandardised(b);
  const foreseen = b.map((value, row) => value === 0 ? NaN : Math.abs(value / standard[row]!));
  const known = foreseen.filter((value, row) => Number.isFinite(value) && Number.isFinite(a[row]!));
  if (known.length < LEAST) return undefined;
  const limit = quantile(known, 1 - STORMY_SHARE);
  const cut = (values: Float64Array, isIn: (sigma: number) => boolean) =>
    values.map((value, row) => isIn(foreseen[row]!) ? value : NaN);
  const isCalm = (sigma: number) => sigma < limit, isStormy = (sigma: number) => sigma >= limit;
  const calm = pearson(cut(a, isCalm), cut(b, isCalm));
  const stormy = pearson(cut(a, isStormy), cut(b, isStormy));
  const varianceRatio = varianceOf(cut(b, isStormy)) / varianceOf(cut(b, isCalm));
  if (!(varianceRatio > 0 && varianceRatio < Infinity) || !Number.isFinite(stormy.value)) {
    return undefined;
  }
  const { pvalue } = correlationDifference(stormy, calm, "independent");
  const storms = foreseen.map((sigma) => Number.isFinite(sigma) ? Number(isStormy(sigma)) : NaN);
  const slopePvalue = slopesRise(a, b, storms, Math.sign(stormy.value));
  return {
    calm,
    stormy,
    varianceRatio,
    corrected: forbesRigobon(stormy.value, varianceRatio),
    pvalue,
    slopePvalue,
    isMore: Math.abs(stormy.value) > Math.abs(calm.value) && pvalue < HOLDS_BELOW &&
      slopePvalue < HOLDS_BELOW,
  };
}

/** @param sign of the correlation in storms: a slope grows in that direction. */
function slopesRise(a: Float64Array, b: Float64Array, storms: Float64Array, sign: number): number {
  const rise = (y: Float64Array, x: Float64Array) => {
    const fit = ols(y, [storms, x, x.map((value, row) => value * storms[row]!)]);
    return sign * fit.params[EXTRA_SLOPE]! / fit.hac().bse[EXTRA_SLOPE]!;
  };
  try {
    return Math.min(1, 2 * normalSurvival(Math.min(rise(a, b), rise(b, a))));
  } catch (error) {
    if (error instanceof StatisticsError) return NaN;
    throw error;
  }
}

function varianceOf(values: Float64Array): number {
  const known = values.filter(Number.isFinite);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1);
}
