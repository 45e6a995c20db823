import { largestFinite, powerOfTwo } from "../regression/columns.ts";

/**
 * Autocovariances of a column at lags `0 .. maxLag`, about the mean of the whole column and with the
 * number of finite values as the divisor at every lag (so that they form a positive semi-definite
 * sequence where nothing is missing). A missing value takes part in no product.
 *
 * @returns `maxLag + 1` numbers, in the square of a power of two near the column's largest value, since
 * only their ratios are asked for; zeros for a constant column.
 */
function autocovariances(x: ArrayLike<number>, maxLag: number): Float64Array {
  const deviations = new Float64Array(x.length);
  const unit = powerOfTwo(largestFinite(x));
  let n = 0, anchor = NaN, sum = 0;
  for (let row = 0; row < x.length; row++) {
    if (!Number.isFinite(x[row])) continue;
    if (n === 0) anchor = x[row]!;
    n++;
    sum += x[row]! - anchor;
  }
  for (let row = 0; row < x.length; row++) {
    deviations[row] = Number.isFinite(x[row]) ? (x[row]! - anchor - sum / n) / unit : 0;
  }
  return Float64Array.from({ length: maxLag + 1 }, (_, lag) => {
    let products = 0;
    for (let row = lag; row < x.length; row++) {
      products += deviations[row]! * deviations[row - lag]!;
    }
    return products / n;
  });
}

/** Correlation in time of one column, as far as it can be told from noise. */
export interface Memory {
  /** Autocovariances from lag 0 on. */
  readonly covariances: Float64Array;
  /** First lag from which a run of autocorrelations is insignificant; at least 1. */
  readonly lag: number;
}

/**
 * How far back a column remembers, by the rule of Politis & White (Econometric Reviews 23, 2004): the
 * first lag from which `max(5, √log10 n)` autocorrelations in a row lie within `±2 √(log10 n / n)`,
 * looked for up to `√n` and that many more; the furthest lag looked at where there is none.
 */
export function memoryOf(x: ArrayLike<number>): Memory {
  const n = x.length, run = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const furthest = Math.max(1, Math.min(n - 1, Math.ceil(Math.sqrt(n)) + run));
  const covariances = autocovariances(x, furthest);
  const limit = 2 * Math.sqrt(Math.log10(n) / n) * covariances[0]!;
  let quiet = 0;
  for (let lag = 1; lag <= furthest; lag++) {
    quiet = Math.abs(covariances[lag]!) < limit ? quiet + 1 : 0;
    if (quiet === run) return { covariances, lag: lag - run + 1 };
  }
  return { covariances, lag: furthest };
}
