import { liveNumber } from "../numbers.ts";
import { givenOptions } from "../given_options.ts";

/** A symmetric 2×2 matrix: itself, its diagonal, or one number for both places of the diagonal. */
export type Covariance2 =
  | number
  | readonly [number, number]
  | readonly [readonly [number, number], readonly [number, number]];

/** What the filter starts from and supposes, in the units of y and x. */
export interface KalmanHedgeState {
  /** Variance of a bar's step of (beta, alpha). */
  readonly q: Covariance2;
  /** Variance of the noise of y. */
  readonly r: number;
  /** (beta, alpha) before the first bar. */
  readonly m0: readonly [number, number];
  /** Covariance of `m0`. */
  readonly p0: Covariance2;
}

/** One bar of {@link KalmanHedge}. */
export interface KalmanHedgeStep {
  /** Coefficients after the bar. */
  readonly beta: number;
  readonly alpha: number;
  /** `y` less what the coefficients before the bar say; NaN when a leg is missing. */
  readonly innovation: number;
  /** Variance of the innovation; NaN when x is missing or the variance is beyond doubles. The signal is innovation / √variance. */
  readonly variance: number;
}

/**
 * A hedge ratio that wanders: `y = beta x + alpha + noise` with (beta, alpha) a random walk, followed by
 * the Kalman filter, O(1) a bar. Each bar: predict `P += Q` (the first bar too), innovation
 * `e = y - (beta x + alpha)` and variance `V = F P F' + r`, gain `K = P F'/V`, and the covariance in
 * Joseph's form `(I - K F) P (I - K F)' + K r K'`, which stays positive where the short form does not.
 * When a leg is missing it predicts only.
 *
 * Inside, alpha is counted from the first x instead of from zero, which changes nothing but the rounding:
 * a diffuse start at a high price level would lose the noise otherwise.
 *
 * Source: A. C. Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989; for
 * pairs, E. P. Chan, Algorithmic Trading, 2013, ch. 3.
 *
 * @example
 * ```ts
 * import { KalmanHedge } from "./kalman_filter.ts";
 * import assert from "node:assert/strict";
 * const filter = new KalmanHedge({ q: 1e-6, r: 0.01, m0: [0, 0], p0: 100 });
 * for (let t = 0; t < 200; t++) filter.push(2 * Math.sin(t) + 1, Math.sin(t));
 * assert.equal(filter.beta.toFixed(3), "2.000");
 * assert.equal(filter.alpha.toFixed(3), "1.000");
 * ```
 */
export class KalmanHedge {
  /** Where x is counted from, and the coefficients with that origin. */
  #origin = 0;
  #beta: number;
  #level: number;
  /** Covariance of (beta, level): [0][0], [0][1], [1][1]. */
  #bb: number;
  #bl: number;
  #ll: number;
  #variance = NaN;
  #q: Matrix2;
  readonly #r: number;

  /** @throws {RangeError} when a variance is negative or a number is not finite. */
  constructor(state: KalmanHedgeState) {
    const { q, r = NaN, m0, p0 } = givenOptions(state);
    this.#q = matrix(q, "q");
    if (!(typeof r === "number" && r >= 0 && r < Infinity)) {
      throw new RangeError(`r must be a finite variance of at least 0, got ${r}`);
    }
    this.#r = r;
    [this.#beta, this.#level] = m0 ?? [NaN, NaN];
    if (!Number.isFinite(this.#beta) || !Number.isFinite(this.#level)) {
      throw new RangeError(`m0 must be two finite numbers, got ${m0}`);
    }
    [this.#bb, this.#bl, this.#ll] = matrix(p0, "p0");
  }

  get beta(): number {
    return this.#beta;
  }

  get alpha(): number {
    return this.#level - this.#beta * this.#origin;
  }

  /** Covariance of (beta, alpha). */
  get covariance(): readonly [readonly [number, number], readonly [number, number]] {
    const [bb, ba, aa] = moved([this.#bb, this.#bl, this.#ll], -this.#origin);
    return [[bb, ba], [ba, aa]];
  }

  /** Variance of the newest innovation; see {@link KalmanHedgeStep}. */
  get variance(): number {
    return this.#variance;
  }

  push(y: number, x: number): KalmanHedgeStep {
    liveNumber(y, "y");
    liveNumber(x, "x");
    const innovation = this.advance(y, x);
    return { beta: this.beta, alpha: this.alpha, innovation, variance: this.#variance };
  }

  /** {@link push} of numbers that are known to be some: for the many rounds over one column that a search makes. */
  advance(y: number, x: number): number {
    this.#variance = NaN;
    if (this.#origin === 0 && Number.isFinite(x)) this.#centre(x);
    this.#bb += this.#q[0];
    this.#bl += this.#q[1];
    this.#ll += this.#q[2];
    if (!Number.isFinite(x)) return NaN;
    const at = x - this.#origin;
    const pb = this.#bb * at + this.#bl;
    const pl = this.#bl * at + this.#ll;
    const variance = pb * at + pl + this.#r;
    // A square beyond doubles teaches nothing.
    if (!(variance < Infinity)) return NaN;
    this.#variance = variance > 0 || !Number.isFinite(y) ? variance : 0;
    if (!Number.isFinite(y)) return NaN;
    const innovation = y - (this.#beta * at + this.#level);
    // Nothing unknown and no noise: there is nothing to learn.
    if (!(variance > 0)) return innovation;
    const kb = pb / variance, kl = pl / variance;
    this.#beta += kb * innovation;
    this.#level += kl * innovation;
    this.#update(at, kb, kl);
    return innovation;
  }

  #centre(x: number): void {
    this.#origin = x;
    this.#level += this.#beta * x;
    [this.#bb, this.#bl, this.#ll] = moved([this.#bb, this.#bl, this.#ll], x);
    this.#q = moved(this.#q, x);
  }

  #update(at: number, kb: number, kl: number): void {
    const bb = this.#bb, bl = this.#bl, ll = this.#ll, r = this.#r;
    // Rows of I - K F, and of that times P.
    const i00 = 1 - kb * at, i01 = -kb, i10 = -kl * at, i11 = 1 - kl;
    const m00 = i00 * bb + i01 * bl, m01 = i00 * bl + i01 * ll;
    const m10 = i10 * bb + i11 * bl, m11 = i10 * bl + i11 * ll;
    this.#bb = m00 * i00 + m01 * i01 + kb * kb * r;
    this.#bl = m00 * i10 + m01 * i11 + kb * kl * r;
    this.#ll = m10 * i10 + m11 * i11 + kl * kl * r;
  }
}

/** Upper triangle: [0][0], [0][1], [1][1]. */
type Matrix2 = readonly [number, number, number];

/** The covariance of (beta, alpha + by beta), from that of (beta, alpha). */
function moved([bb, ba, aa]: Matrix2, by: number): Matrix2 {
  return [bb, ba + by * bb, aa + 2 * by * ba + by * by * bb];
}

function matrix(value: Covariance2 | undefined, name: string): Matrix2 {
  const [a, b, c] = value === undefined ? [NaN, NaN, NaN] : entries(value);
  const isKnown = Number.isFinite(a) && Number.isFinite(b) && Number.isFinite(c);
  if (isKnown && a >= 0 && c >= 0 && b * b <= a * c * (1 + 1e-9)) {
    return [a, b, c];
  }
  throw new RangeError(`${name} must be a covariance, got ${JSON.stringify(value)}`);
}

function entries(value: Covariance2): Matrix2 {
  if (typeof value === "number") return [value, 0, value];
  const [first, second] = value;
  if (typeof first === "number") return [first, 0, second as number];
  return [first[0], first[1], (second as readonly [number, number])[1]];
}
