import { checkAboveZero, checkNumbers, liveNumber } from "../numbers.ts";
import { checkWhole } from "../check_whole.ts";
import { givenOptions } from "../given_options.ts";

/** The constants of GARCH(1,1), in squared units of the returns where they have a unit. */
export interface GarchParameters {
  /** Constant, above 0. */
  readonly omega: number;
  /** Weight of the last squared return, 0 or more. */
  readonly alpha: number;
  /** Weight of the last variance, 0 or more; `alpha + beta` below 1. */
  readonly beta: number;
  /** Variance, and squared return, before the first row. @default `omega / (1 - alpha - beta)` */
  readonly initialVariance?: number;
}

/**
 * The variance of the next return by GARCH(1,1), `h_t = ω + α r²_{t-1} + β h_{t-1}`, with frozen constants:
 * O(1) a bar, live. `variance` is known before the return it speaks of. A return that is missing counts as
 * its expected square, so the variance moves towards its long-run level.
 *
 * T. Bollerslev, Journal of Econometrics 31 (1986). Fit the constants by `garch`.
 *
 * @example
 * ```ts
 * import { GarchVariance } from "./garch_variance.ts";
 * import assert from "node:assert/strict";
 * const live = new GarchVariance({ omega: 0.1, alpha: 0.1, beta: 0.8, initialVariance: 1 });
 * assert.equal(live.variance, 1);
 * assert.equal(live.peek(2).toFixed(12), "1.300000000000");
 * live.push(2);
 * assert.equal(live.variance.toFixed(12), "1.300000000000");
 * assert.equal(live.forecast(1000).toFixed(9), "1.000000000");
 * ```
 */
export class GarchVariance {
  readonly omega: number;
  readonly alpha: number;
  readonly beta: number;
  #variance: number;

  /** @throws {RangeError} when a constant is out of range. */
  constructor(parameters: GarchParameters) {
    const { omega, alpha, beta, initialVariance: initial } = givenOptions(
      parameters,
    ) as GarchParameters;
    checkAboveZero("omega", omega);
    if (
      !(typeof alpha === "number" && typeof beta === "number" && alpha >= 0 && beta >= 0 &&
        alpha + beta < 1)
    ) {
      throw new RangeError(
        `alpha and beta must be 0 or more, together below 1, got ${alpha} and ${beta}`,
      );
    }
    const initialVariance = initial ?? omega / (1 - alpha - beta);
    checkAboveZero("initialVariance", initialVariance);
    this.omega = omega;
    this.alpha = alpha;
    this.beta = beta;
    this.#variance = omega + (alpha + beta) * initialVariance;
  }

  /** Variance of the next return. */
  get variance(): number {
    return this.#variance;
  }

  /** Variance to which the next one returns. */
  get longRunVariance(): number {
    return this.omega / (1 - this.alpha - this.beta);
  }

  push(value: number): void {
    this.#variance = this.peek(value);
  }

  /** What `variance` would be were this return pushed; the state stays as it is. */
  peek(value: number): number {
    const square = Number.isFinite(liveNumber(value, "value")) ? value * value : this.#variance;
    return this.omega + this.alpha * square + this.beta * this.#variance;
  }

  /** Variance expected of the return `steps` bars ahead; 1 is the next. */
  forecast(steps: number): number {
    checkWhole("steps", steps, 1);
    const long = this.longRunVariance;
    return long + (this.alpha + this.beta) ** (steps - 1) * (this.#variance - long);
  }
}

/** Variances of whole columns, each known before its row, and what they make of the returns. */
export interface GarchPath {
  /** h_t. */
  readonly variance: Float64Array;
  /** `r_t / √h_t`; NaN where the return is missing. */
  readonly standardized: Float64Array;
  /** Gaussian log-likelihood, `-½ Σ (ln 2π + ln h + r²/h)` over the returns that are known. */
  readonly llf: number;
  /** Returns that are known. */
  readonly nobs: number;
}

/**
 * {@link GarchVariance} over a column of returns, with frozen constants: row t rests on rows before t.
 *
 * @example
 * ```ts
 * import { garchPath } from "./garch_variance.ts";
 * import assert from "node:assert/strict";
 * const { variance, standardized } = garchPath([2, 0], {
 *   omega: 0.1,
 *   alpha: 0.1,
 *   beta: 0.8,
 *   initialVariance: 1,
 * });
 * assert.deepEqual(Array.from(variance, (h) => h.toFixed(6)), ["1.000000", "1.300000"]);
 * assert.equal(standardized[0], 2);
 * ```
 */
export function garchPath(returns: ArrayLike<number>, parameters: GarchParameters): GarchPath {
  checkNumbers(returns, "returns");
  const live = new GarchVariance(parameters);
  const variance = new Float64Array(returns.length);
  const standardized = new Float64Array(returns.length);
  let llf = 0, nobs = 0;
  for (let row = 0; row < returns.length; row++) {
    const value = returns[row]!, h = live.variance;
    variance[row] = h;
    standardized[row] = Number.isFinite(value) ? value / Math.sqrt(h) : NaN;
    if (Number.isFinite(value)) {
      nobs++;
      llf -= (Math.log(2 * Math.PI) + Math.log(h) + value * value / h) / 2;
    }
    live.push(value);
  }
  return { variance, standardized, llf, nobs };
}
