import { largest, mean, powerOfTwo } from "../regression/columns.ts";
import { seededRandom } from "../seeded_random.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Options of a wild bootstrap. */
export interface WildBootstrapOptions {
  /**
   * Replications of the wild bootstrap, 0 for none. Its p-value holds where volatility moves, as it does in
   * markets, and where the sample is short; 499 are plenty.
   * @default 0
   */
  readonly bootstrap?: number;
  /** Seed of the bootstrap. @default 1 */
  readonly seed?: number;
}

/**
 * Share of series without reversion whose statistic is as low as `stat`: p of the wild bootstrap. Differences
 * are cleared of their own lags (Yule and Walker, so that they are stationary), their residuals keep place
 * and size and get random signs, the same for all series, and are run through the lags and summed up again.
 * Volatility thus moves in each replication as it did, and what the series share stays shared.
 *
 * Source: G. Cavaliere & A. M. R. Taylor, Econometric Theory 24, 2008, and J. Econometrics 148, 2009.
 *
 * @param series levels; of several, the residual's statistic is that of `statistic`.
 * @param lags of the autoregression of the differences.
 * @param centre whether the differences' mean is no part of the hypothesis.
 * @param statistic of levels made anew; a replication for which it throws a StatisticsError is left out.
 * @returns NaN without replications.
 */
export function wildBootstrap(
  stat: number,
  series: readonly Float64Array[],
  { lags, centre }: { readonly lags: number; readonly centre: boolean },
  { bootstrap = 0, seed = 1 }: WildBootstrapOptions,
  statistic: (levels: Float64Array[]) => number,
): number {
  const random = seededRandom(seed);
  const models = series.map((levels) => {
    const steps = Float64Array.from(
      { length: levels.length - 1 },
      (_, t) => levels[t + 1]! - levels[t]!,
    );
    // The statistics have no unit; squares of large numbers are no doubles.
    const scale = powerOfTwo(largest(steps)), drift = centre ? mean(steps) : 0;
    return autoregression(steps.map((step) => (step - drift) / scale), lags);
  });
  let low = 0, count = 0;
  for (let replication = 0; replication < bootstrap; replication++) {
    const signs = Float64Array.from(series[0]!, () => random() < 0.5 ? -1 : 1);
    let made: number;
    try {
      made = statistic(models.map((model) => levelsOf(model, signs)));
    } catch (error) {
      if (!(error instanceof StatisticsError)) throw error;
      continue;
    }
    count++;
    if (made <= stat) low++;
  }
  return bootstrap === 0 ? NaN : (1 + low) / (1 + count);
}

/** Coefficients of a series' own lags, and what they leave. */
interface Autoregression {
  readonly coefficients: Float64Array;
  readonly residuals: Float64Array;
}

/** By Yule and Walker's equations, in Levinson's and Durbin's recursion. */
function autoregression(steps: Float64Array, lags: number): Autoregression {
  const covariance = (lag: number) => {
    let sum = 0;
    for (let t = lag; t < steps.length; t++) sum += steps[t]! * steps[t - lag]!;
    return sum;
  };
  let coefficients = new Float64Array(0), variance = covariance(0);
  for (let order = 1; order <= lags && variance > 0; order++) {
    const excess = coefficients.reduce(
      (sum, a, j) => sum - a * covariance(order - 1 - j),
      covariance(order),
    );
    const reflection = excess / variance;
    const longer = new Float64Array(order);
    for (let j = 0; j < order - 1; j++) {
      longer[j] = coefficients[j]! - reflection * coefficients[order - 2 - j]!;
    }
    longer[order - 1] = reflection;
    coefficients = longer;
    variance *= 1 - reflection * reflection;
  }
  const residuals = steps.map((step, t) => {
    return coefficients.reduce((rest, a, j) => t > j ? rest - a * steps[t - 1 - j]! : rest, step);
  });
  return { coefficients, residuals };
}

function levelsOf({ coefficients, residuals }: Autoregression, signs: Float64Array): Float64Array {
  const steps = new Float64Array(residuals.length), levels = new Float64Array(residuals.length + 1);
  for (let t = 0; t < steps.length; t++) {
    let step = residuals[t]! * signs[t]!;
    for (let j = 0; j < coefficients.length && j < t; j++) {
      step += coefficients[j]! * steps[t - 1 - j]!;
    }
    steps[t] = step;
    levels[t + 1] = levels[t]! + step;
  }
  return levels;
}
