import { logGamma } from "../distributions/log_gamma.ts";
import { symmetricFactor } from "./symmetric_factor.ts";

/** A hidden Markov model of rows of returns: what a market does in each of a few regimes. */
export interface RegimeModel {
  /** Probability of each regime before the first row. */
  readonly initial: readonly number[];
  /** `transition[i][j]`: probability that regime i is followed by j. */
  readonly transition: readonly (readonly number[])[];
  /** Mean of each column in each regime. */
  readonly means: readonly (readonly number[])[];
  /** Covariance of the columns in each regime, as rows. */
  readonly covariances: readonly (readonly (readonly number[])[])[];
  /** Degrees of freedom of Student's t in all regimes, above 2; normal rows where it is left out. */
  readonly degrees?: number;
}

/**
 * Log-density of a row in each regime. A row with a missing value says nothing: it has density one in
 * all of them.
 */
export class RegimeDensities {
  readonly #means: readonly (readonly number[])[];
  readonly #factors;
  readonly #constant: number;
  readonly #size: number;
  /** Degrees of freedom; Infinity for normal rows. */
  readonly #degrees: number;
  readonly #distance: Float64Array;

  /** @throws {RangeError} when a covariance is not positive definite, or `degrees` not above 2. */
  constructor(model: Pick<RegimeModel, "means" | "covariances" | "degrees">) {
    const { degrees = Infinity } = model;
    if (!(typeof degrees === "number" && degrees > 2)) {
      throw new RangeError(`degrees must be above 2, got ${degrees}`);
    }
    for (const row of [...model.means, ...model.covariances.flat()]) {
      if (!row.every(Number.isFinite)) {
        throw new RangeError(`means and covariances must be finite numbers, got ${row}`);
      }
    }
    this.#means = model.means;
    this.#factors = model.covariances.map((covariance, state) => {
      const factor = symmetricFactor(covariance);
      if (factor !== undefined) return factor;
      throw new RangeError(`covariances[${state}] must be positive definite`);
    });
    const size = model.means[0]?.length ?? 0;
    this.#size = size;
    this.#degrees = degrees;
    this.#constant = degrees === Infinity
      ? size * Math.log(2 * Math.PI)
      : size * Math.log((degrees - 2) * Math.PI) -
        2 * (logGamma((degrees + size) / 2) - logGamma(degrees / 2));
    this.#distance = new Float64Array(size);
  }

  /**
   * Fills `into`; false when a value is missing.
   *
   * @param distances is filled with `ln(1 + q / (ν - 2))` of Student's t, q the squared distance from the mean
   * in units of the covariance; 0 for normal rows.
   */
  fill(row: ArrayLike<number>, into: Float64Array, distances?: Float64Array): boolean {
    const degrees = this.#degrees;
    for (let state = 0; state < this.#means.length; state++) {
      const mean = this.#means[state]!, factor = this.#factors[state]!;
      for (let j = 0; j < mean.length; j++) {
        if (!Number.isFinite(row[j])) {
          into.fill(0);
          distances?.fill(0);
          return false;
        }
        this.#distance[j] = row[j]! - mean[j]!;
      }
      const quadratic = factor.quadratic(this.#distance);
      const distance = degrees === Infinity ? 0 : Math.log1p(quadratic / (degrees - 2));
      const far = degrees === Infinity ? quadratic : (degrees + this.#size) * distance;
      into[state] = -(this.#constant + factor.logDeterminant + far) / 2;
      if (distances !== undefined) distances[state] = distance;
    }
    return true;
  }
}

/**
 * Share of time that a chain spends in each regime: the p with `p = p · transition`.
 *
 * @example
 * ```ts
 * import { longRunShares } from "./regime_model.ts";
 * import assert from "node:assert/strict";
 * const shares = longRunShares([[0.9, 0.1], [0.3, 0.7]]);
 * assert.deepEqual(shares.map((p) => p.toFixed(12)), ["0.750000000000", "0.250000000000"]);
 * ```
 */
export function longRunShares(transition: readonly (readonly number[])[]): number[] {
  // Grassmann, Taksar & Heyman (Operations Research 33, 1985): no subtraction, so no digit is lost.
  const size = transition.length;
  for (const row of transition) {
    if (!row.every((p) => Number.isFinite(p) && p >= 0)) {
      throw new RangeError(`transition must hold probabilities, got ${row}`);
    }
  }
  const p = transition.map((row) => [...row]);
  for (let last = size - 1; last > 0; last--) {
    const out = p[last]!.slice(0, last).reduce((sum, value) => sum + value, 0);
    for (let i = 0; i < last; i++) {
      const share = out > 0 ? p[i]![last]! / out : 0;
      p[i]![last] = share;
      for (let j = 0; j < last; j++) p[i]![j]! += share * p[last]![j]!;
    }
  }
  const shares = [1];
  for (let state = 1; state < size; state++) {
    shares.push(shares.reduce((sum, value, i) => sum + value * p[i]![state]!, 0));
  }
  const total = shares.reduce((sum, value) => sum + value, 0);
  return shares.map((value) => value / total);
}
