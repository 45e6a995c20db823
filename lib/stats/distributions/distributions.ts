import { checkNumber } from "../numbers.ts";
import { incompleteBeta } from "./incomplete_beta.ts";
import { lowerGamma, upperGamma } from "./incomplete_gamma.ts";
import { normalQuantile } from "./normal_quantile.ts";
import { binomialDensity } from "./saddle_point.ts";

/**
 * `P(Z > z)` for a standard normal Z; `normalSurvival(-z)` is the distribution function. Relative error
 * within 1e-12 wherever the answer is a normal double (z up to 37.5), so tails are exact, not 0.
 *
 * @example
 * ```ts
 * import { normalSurvival } from "./distributions.ts";
 * import assert from "node:assert/strict";
 * assert.equal(normalSurvival(0), 0.5);
 * assert.equal(normalSurvival(30).toExponential(6), "4.906714e-198");
 * ```
 */
export function normalSurvival(z: number): number {
  checkNumber("z", z);
  const half = upperGamma(0.5, z * z / 2) / 2;
  return z >= 0 ? half : Number.isNaN(z) ? NaN : 0.5 + lowerGamma(0.5, z * z / 2) / 2;
}

/**
 * `P(T > t)` for Student's t with `df` degrees of freedom: `I_{df/(df+t²)}(df/2, 1/2) / 2`. Relative
 * error within 1e-10 down to 1e-300. Infinite `df` is the normal.
 *
 * @throws {RangeError} when `df` is not above 0.
 *
 * @example
 * ```ts
 * import { tSurvival } from "./distributions.ts";
 * import assert from "node:assert/strict";
 * assert.equal(tSurvival(2, 10).toFixed(8), "0.03669402");
 * assert.equal(tSurvival(1e6, 12).toExponential(6), "3.367980e-67");
 * ```
 */
export function tSurvival(t: number, df: number): number {
  checkNumber("t", t);
  checkNumber("df", df);
  if (!(df > 0)) throw new RangeError(`df must be above 0, got ${df}`);
  if (Number.isNaN(t)) return NaN;
  const upper = tTail(Math.abs(t), df);
  return t >= 0 ? upper : 1 - upper;
}

/** `P(|T| > |t|)`: the two-sided p-value of a t statistic. See {@link tSurvival}. */
export function tTwoSided(t: number, df: number): number {
  checkNumber("t", t);
  return 2 * tSurvival(Math.abs(t), df);
}

/** Upper tail for t ≥ 0. */
function tTail(t: number, df: number): number {
  if (df === Infinity) return normalSurvival(t);
  if (t === Infinity) return 0;
  // Beyond 2^60 roots of df the tail is a pure power, and t² may leave the range of doubles.
  const far = Math.sqrt(df) * 2 ** 60;
  if (t > far) return tTail(far, df) * (far / t) ** df;
  const square = t * t;
  return incompleteBeta(df / (df + square), square / (df + square), df / 2, 0.5) / 2;
}

/**
 * `P(F > f)` for the F distribution: `I_{d2/(d2+d1 f)}(d2/2, d1/2)`. Relative error within 1e-10 down to
 * 1e-300.
 *
 * @param d1 degrees of freedom of the numerator.
 * @param d2 degrees of freedom of the denominator.
 * @throws {RangeError} when a degree of freedom is not above 0.
 *
 * @example
 * ```ts
 * import { fSurvival } from "./distributions.ts";
 * import assert from "node:assert/strict";
 * assert.equal(fSurvival(4, 2, 20).toFixed(8), "0.03457161");
 * ```
 */
export function fSurvival(f: number, d1: number, d2: number): number {
  checkNumber("f", f);
  if (!(Number.isFinite(d1) && d1 > 0 && Number.isFinite(d2) && d2 > 0)) {
    throw new RangeError(`degrees of freedom must be above 0, got ${d1} and ${d2}`);
  }
  if (Number.isNaN(f)) return NaN;
  if (f <= 0) return 1;
  if (f === Infinity) return 0;
  const total = d2 + d1 * f;
  return incompleteBeta(d2 / total, d1 * f / total, d2 / 2, d1 / 2);
}

/**
 * `P(X > x)` for chi-squared with `k` degrees of freedom: `Q(k/2, x/2)`. Relative error within 1e-10
 * down to 1e-300.
 *
 * @throws {RangeError} when `k` is not above 0.
 *
 * @example
 * ```ts
 * import { chi2Survival } from "./distributions.ts";
 * import assert from "node:assert/strict";
 * assert.equal(chi2Survival(3.841458820694124, 1).toFixed(12), "0.050000000000");
 * ```
 */
export function chi2Survival(x: number, k: number): number {
  checkNumber("x", x);
  if (!(Number.isFinite(k) && k > 0)) throw new RangeError(`k must be above 0, got ${k}`);
  return upperGamma(k / 2, x / 2);
}

/**
 * Quantile of Student's t: the `t` with `P(T < t) = p`. Newton's steps, kept inside a bracket, on the
 * logarithm of {@link tSurvival}; relative error about 1e-14.
 *
 * @param p probability; 0 gives -Infinity, 1 gives Infinity.
 * @throws {RangeError} when `p` is not within 0..1 or `df` not above 0.
 *
 * @example
 * ```ts
 * import { tQuantile } from "./distributions.ts";
 * import assert from "node:assert/strict";
 * assert.equal(tQuantile(0.975, 10).toFixed(10), "2.2281388520");
 * ```
 */
export function tQuantile(p: number, df: number): number {
  checkNumber("p", p);
  checkNumber("df", df);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must be within 0..1, got ${p}`);
  if (!(df > 0)) throw new RangeError(`df must be above 0, got ${df}`);
  if (p === 0.5) return 0;
  if (p < 0.5) return -upperTQuantile(p, df);
  return upperTQuantile(1 - p, df);
}

/** The t > 0 with `P(T > t) = tail`, tail below 1/2. */
function upperTQuantile(tail: number, df: number): number {
  if (tail === 0) return Infinity;
  if (df === Infinity) return -normalQuantile(tail);
  let low = 0, high = Infinity;
  let t = Math.max(-normalQuantile(tail), 1e-8);
  for (let step = 0; step < 200; step++) {
    const survival = tSurvival(t, df);
    if (survival > tail) low = t;
    else high = t;
    // In logarithms of both the tail is nearly straight, so a start far off costs few steps.
    const slope = -steepness(t, df, survival);
    let next = t * Math.exp((Math.log(tail) - Math.log(survival)) / slope);
    if (high === Infinity) next = Math.min(next, t * 2 ** 100);
    else if (!(next > low && next < high)) next = (low + high) / 2;
    if (next === Infinity) return Infinity;
    if (Math.abs(next - t) <= 2e-16 * t) return next;
    t = next;
  }
  return t;
}

/** t times the density of Student's t, over its tail: how many per cent the tail falls for one of t. */
function steepness(t: number, df: number, survival: number): number {
  // Out there the tail is a power, and t² may leave the range of doubles.
  if (t > Math.sqrt(df) * 2 ** 60) return df;
  const total = df + t * t;
  const front = binomialDensity(df / 2, 0.5, df / total, t * t / total);
  return front * (df / 2) / (df + 1) / survival;
}
