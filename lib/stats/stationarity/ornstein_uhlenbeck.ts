import { type Column, gapless, largest, powerOfTwo } from "../regression/columns.ts";
import { CoMoments } from "../rolling/co_moments.ts";
import { StatisticsError } from "../statistics_error.ts";

/** An Ornstein–Uhlenbeck process fitted to a spread, `dX = θ (μ - X) dt + σ dW`, time in bars. */
export interface OrnsteinUhlenbeck {
  /** Speed of return a bar; NaN where the spread does not return (φ beyond 0..1). */
  readonly theta: number;
  /** Level to which it returns. */
  readonly mu: number;
  /** Volatility, units of the spread by √bar. */
  readonly sigma: number;
  /** Long-run standard deviation, `σ / √(2θ)`. */
  readonly sd: number;
  /** Bars in which half a distance is made up, `ln 2 / θ`. */
  readonly halfLife: number;
  /** `exp(-θ)`: how the spread follows itself from bar to bar. */
  readonly phi: number;
  /** Standard error of `phi`, `√((1 - φ²) / n)`. */
  readonly phiSe: number;
  /** Log-likelihood of the rows after the first, given the first. */
  readonly llf: number;
  /** Steps used. */
  readonly nobs: number;
}

const LEAST = 20;

/**
 * Maximum likelihood of an Ornstein–Uhlenbeck process seen bar by bar: its exact discretisation is
 * `X_t = μ + φ (X_(t-1) - μ) + e`, `φ = exp(-θ)`, `var e = σ² (1 - φ²) / (2θ)`, whose conditional likelihood
 * has its maximum in closed form. O(n).
 *
 * φ is biased towards 0 in short samples, by about `(1 + 3 φ) / n`, so a half-life comes out too short: see
 * `halfLife` for an interval that allows for it. The spread must be known, not fitted on the same rows.
 *
 * G. E. Uhlenbeck & L. S. Ornstein, Physical Review 36 (1930); P. C. B. Phillips & J. Yu, Handbook of
 * Financial Time Series, 2009 (the estimate).
 *
 * @param x a spread, of bars that follow each other.
 * @throws {StatisticsError} `missing`, `too-few` (under 20 rows), `constant`, `perfect-fit`.
 *
 * @example
 * ```ts
 * import { ornsteinUhlenbeck } from "./ornstein_uhlenbeck.ts";
 * import { normalQuantile } from "../distributions/normal_quantile.ts";
 * import { seededRandom } from "../seeded_random.ts";
 * import assert from "node:assert/strict";
 * const random = seededRandom(2);
 * let level = 5;
 * const spread = Array.from({ length: 4_000 }, () => level += 0.1 * (5 - level) + normalQuantile(random()));
 * const { halfLife, mu } = ornsteinUhlenbeck(spread);
 * assert.ok(Math.abs(halfLife - Math.log(0.5) / Math.log(0.9)) < 1 && Math.abs(mu - 5) < 0.5);
 * ```
 */
export function ornsteinUhlenbeck(x: Column): OrnsteinUhlenbeck {
  const values = gapless(x, "x"), n = values.length - 1;
  if (n + 1 < LEAST) {
    throw new StatisticsError("too-few", `the fit needs ${LEAST} rows, there are ${n + 1}`);
  }
  const unit = powerOfTwo(largest(values)), moments = new CoMoments();
  for (let row = 0; row < n; row++) moments.add(values[row]! / unit, values[row + 1]! / unit);
  const { xx, xy, yy } = moments;
  if (!(xx > 0 && yy > 0)) {
    throw new StatisticsError("constant", "the spread never changes, so it returns to nothing");
  }
  const phi = xy / xx, rest = yy - phi * xy;
  if (!(rest > 1e-14 * yy)) {
    throw new StatisticsError("perfect-fit", "the spread follows its own past exactly");
  }
  const meanBefore = moments.anchorX + moments.meanX, meanAfter = moments.anchorY + moments.meanY;
  const noise = rest / n, returns = phi > 0 && phi < 1;
  const theta = returns ? -Math.log(phi) : NaN,
    sd = Math.sqrt(noise / ((1 - phi) * (1 + phi))) * unit;
  return {
    theta,
    mu: returns ? (meanAfter - phi * meanBefore) / (1 - phi) * unit : NaN,
    sigma: returns ? sd * Math.sqrt(2 * theta) : NaN,
    sd: returns ? sd : NaN,
    halfLife: Math.LN2 / theta,
    phi,
    phiSe: returns ? Math.sqrt((1 - phi) * (1 + phi) / n) : NaN,
    llf: -n / 2 * (Math.log(2 * Math.PI * noise) + 2 * Math.log(unit) + 1),
    nobs: n,
  };
}
