import { checkNumber } from "../stats/numbers.ts";
import {
  centralMoments,
  sampleKurtosis,
  sampleSkewness,
} from "../stats/rolling/central_moments.ts";
import { largest, powerOfTwo } from "../stats/regression/columns.ts";
import { normalQuantile } from "../stats/distributions/normal_quantile.ts";
import { quantileOfSorted } from "../stats/rolling/quantile.ts";
import { finiteReturns } from "./returns_of_account.ts";

/**
 * What may be lost in one period, as shares of the account: a loss is positive, as is an expected
 * shortfall beyond it. NaN where undefined.
 */
export interface ValueAtRisk {
  /** Confidence, above 1/2: the loss is exceeded with probability `1 - level`. */
  readonly level: number;
  readonly n: number;
  /** Minus the `1 - level` quantile of the returns (Hyndman & Fan type 7, numpy's default). */
  readonly historical: number;
  /** Minus the mean of the returns at or below that quantile. */
  readonly expectedShortfall: number;
  /** `-(mean + z sd)`, sd with divisor n - 1. */
  readonly normal: number;
  /** `sd φ(z) / (1 - level) - mean`. */
  readonly normalExpectedShortfall: number;
  /** With the sample's skewness and kurtosis; NaN where the expansion is no distribution. */
  readonly cornishFisher: number;
  readonly cornishFisherExpectedShortfall: number;
}

/**
 * Value at risk and expected shortfall of one period, three ways.
 *
 * The Cornish–Fisher quantile is `w(z) = z + (z²-1)S/6 + (z³-3z)K/24 - (2z³-5z)S²/36`, with G1 for S and
 * the excess G2 for K. It is given only where w rises throughout, that is `S²/9 < 4 (K/8 - S²/6)(1 - K/8 +
 * 5S²/36)` or `S = K = 0` (D. Maillard, "A User's Guide to the Cornish Fisher Expansion", 2012); outside,
 * a rarer loss could come out smaller. Its shortfall is the mean of `w` below z, in closed form.
 *
 * @param returns simple returns; those that are not finite are left out.
 * @param level confidence, 0.95 for the loss of one period in twenty. A number below 1/2 is taken for the
 * tail itself: 0.05 means the same as 0.95.
 * @throws {RangeError} when `level` is not strictly between 0 and 1, or is 1/2.
 *
 * @example
 * ```ts
 * import { valueAtRisk } from "./value_at_risk.ts";
 * import assert from "node:assert/strict";
 * const returns = Array.from({ length: 101 }, (_, i) => (i - 50) / 1000);
 * const { historical, expectedShortfall } = valueAtRisk(returns, 0.95);
 * assert.deepEqual([historical.toFixed(4), expectedShortfall.toFixed(4)], ["0.0450", "0.0475"]);
 * ```
 */
export function valueAtRisk(returns: ArrayLike<number>, level: number): ValueAtRisk {
  if (!(typeof level === "number" && level > 0 && level < 1) || level === 0.5) {
    throw new RangeError(`level must lie strictly between 0 and 1 and not be 0.5, got ${level}`);
  }
  const sorted = finiteReturns(returns).sort();
  // 1 - 0.95 is not 0.05: without the rounding an order statistic could lie beyond its own quantile.
  const tail = Number((level > 0.5 ? 1 - level : level).toPrecision(12));
  const n = sorted.length;
  const unit = powerOfTwo(largest(sorted));
  const moments = centralMoments(sorted.map((value) => value / unit));
  const isConstant = !(moments.squares > 0);
  const skewness = n < 3 || isConstant ? NaN : sampleSkewness(moments);
  const kurtosis = n < 4 || isConstant ? NaN : sampleKurtosis(moments);
  const mean = moments.mean * unit;
  const sd = n < 2 ? NaN : Math.sqrt(moments.squares / (n - 1)) * unit;
  const z = normalQuantile(tail), density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  const quantile = quantileOfSorted(sorted, tail);
  const beyond = sorted.filter((value) => value <= quantile);
  const valid = isCornishFisherValid(skewness, kurtosis);
  return {
    level: 1 - tail,
    n,
    historical: -quantile,
    expectedShortfall: n === 0
      ? NaN
      : -beyond.reduce((sum, value) => sum + value, 0) / beyond.length,
    normal: -(mean + z * sd),
    normalExpectedShortfall: sd * density / tail - mean,
    cornishFisher: valid ? -(mean + sd * expansion(z, skewness, kurtosis)) : NaN,
    cornishFisherExpectedShortfall: valid
      ? sd * density / tail * tailFactor(z, skewness, kurtosis) - mean
      : NaN,
  };
}

function expansion(z: number, s: number, k: number): number {
  return z + (z * z - 1) * s / 6 + (z ** 3 - 3 * z) * k / 24 - (2 * z ** 3 - 5 * z) * s * s / 36;
}

/** `-E[w(Z) | Z < z] Φ(z) / φ(z)`. */
function tailFactor(z: number, s: number, k: number): number {
  return 1 + z * s / 6 + (z * z - 1) * k / 24 - (2 * z * z - 1) * s * s / 36;
}

/** Whether the Cornish–Fisher quantile with these parameters rises throughout. */
export function isCornishFisherValid(skewness: number, excessKurtosis: number): boolean {
  checkNumber("skewness", skewness);
  checkNumber("excessKurtosis", excessKurtosis);
  const s = skewness, k = excessKurtosis;
  const curvature = k / 8 - s * s / 6, level = 1 - k / 8 + 5 * s * s / 36;
  if (s === 0 && k === 0) return true;
  return curvature > 0 && level > 0 && s * s / 9 < 4 * curvature * level;
}
