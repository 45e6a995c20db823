import { checkAboveZero } from "../numbers.ts";
import { cleanTicks, type RealizedCovariance, type Ticks, withCorrelation } from "./ticks.ts";

/** Fewest refresh times for an estimate. */
const LEAST_REFRESHES = 50;
/** Growth of the window in the form without correction: `n^(1/2 + 0.1)`. */
const WIDE_POWER = 0.6;

/** Options of {@link preAveragedCovariance}. */
export interface PreAveragedOptions {
  /** Window over the root of the number of changes, above 0. @default 0.8 */
  readonly theta?: number;
}

/** Covariance of two sides of ticks with the noise of the prices taken out. */
export interface PreAveragedCovariance extends RealizedCovariance {
  /** Price changes between refresh times. */
  readonly n: number;
  /** Changes in an averaging window. */
  readonly window: number;
  /** False where the correction left no positive variance, and a wider window was used without it. */
  readonly isCorrected: boolean;
}

/**
 * Covariance of two instruments whose prices carry noise (bounce, discreteness): the modulated realized
 * covariance of Christensen, Kinnebrock & Podolskij (Journal of Econometrics 159, 2010). Prices are taken
 * at refresh times (whenever both sides have ticked anew; Barndorff-Nielsen, Hansen, Lunde & Shephard,
 * Journal of Econometrics 162, 2011), changes are averaged over `floor(θ √n)` neighbours with the weights
 * `min(u, 1 - u)`, and what noise is left in the squares is taken off.
 *
 * Where a corrected variance is not positive the form without correction is used, over a window of
 * `floor(θ n^0.6)`. NaN below 50 refresh times. Squared log units of the stretch covered.
 *
 * @throws {RangeError} when a side's columns differ in length, its time goes back, or `theta` is out of
 * range.
 *
 * @example
 * ```ts
 * import { preAveragedCovariance } from "./pre_averaged_covariance.ts";
 * import assert from "node:assert/strict";
 * const t = Float64Array.from({ length: 2_000 }, (_, i) => i);
 * let level = 0;
 * const x = t.map((v) => level += Math.sin(v * v));
 * const noisy = x.map((v, i) => v + 3 * Math.cos(i * i * i));
 * assert.ok(preAveragedCovariance(t, x, t, noisy).corr > 0.9);
 * ```
 */
export function preAveragedCovariance(
  t1: ArrayLike<number>,
  p1: ArrayLike<number>,
  t2: ArrayLike<number>,
  p2: ArrayLike<number>,
  options: PreAveragedOptions = {},
): PreAveragedCovariance {
  const { theta = 0.8 } = options;
  checkAboveZero("theta", theta);
  const first = cleanTicks(t1, p1), second = cleanTicks(t2, p2);
  const { x, y } = refreshChanges(first, second);
  const n = x.length;
  const window = Math.min(Math.max(2, Math.floor(theta * Math.sqrt(n))), n);
  if (n + 1 < LEAST_REFRESHES) {
    return { ...withCorrelation(NaN, NaN, NaN), n, window, isCorrected: false };
  }
  const covariance = (of: Float64Array, with_: Float64Array) => modulated(of, with_, window, true);
  const corrected = withCorrelation(covariance(x, y), covariance(x, x), covariance(y, y));
  if (corrected.rv1 > 0 && corrected.rv2 > 0) {
    return { ...corrected, n, window, isCorrected: true };
  }
  const wide = Math.min(Math.max(2, Math.floor(theta * n ** WIDE_POWER)), n);
  const plain = (of: Float64Array, with_: Float64Array) => modulated(of, with_, wide, false);
  const { cov, rv1, rv2 } = { cov: plain(x, y), rv1: plain(x, x), rv2: plain(y, y) };
  return { ...withCorrelation(cov, rv1, rv2), n, window: wide, isCorrected: false };
}

/** Whether both sides tick anew often enough for an estimate of their covariance that is more than luck. */
export function hasRefreshes(first: Ticks, second: Ticks): boolean {
  return refreshChanges(first, second).x.length + 1 >= LEAST_REFRESHES;
}

/** Price changes of both sides from one refresh time to the next. */
function refreshChanges(first: Ticks, second: Ticks): { x: Float64Array; y: Float64Array } {
  const { time: t, price: p } = first, { time: s, price: q } = second;
  const x: number[] = [], y: number[] = [];
  let i = 0, j = 0, lastX = NaN, lastY = NaN;
  while (i < t.length && j < s.length) {
    const refresh = Math.max(t[i]!, s[j]!);
    while (i + 1 < t.length && t[i + 1]! <= refresh) i++;
    while (j + 1 < s.length && s[j + 1]! <= refresh) j++;
    if (!Number.isNaN(lastX)) {
      x.push(p[i]! - lastX);
      y.push(q[j]! - lastY);
    }
    lastX = p[i]!;
    lastY = q[j]!;
    i++;
    j++;
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

function modulated(x: Float64Array, y: Float64Array, k: number, isCorrected: boolean): number {
  const n = x.length;
  const weights = Float64Array.from({ length: k + 1 }, (_, j) => Math.min(j / k, 1 - j / k));
  let squares = 0, slopes = 0;
  for (let j = 1; j <= k; j++) {
    squares += weights[j]! ** 2;
    slopes += (weights[j]! - weights[j - 1]!) ** 2;
  }
  const psi1 = k * slopes, psi2 = squares / k;
  let averaged = 0, raw = 0;
  for (let i = 0; i + k - 2 < n; i++) {
    let meanX = 0, meanY = 0;
    for (let j = 1; j < k; j++) {
      meanX += weights[j]! * x[i + j - 1]!;
      meanY += weights[j]! * y[i + j - 1]!;
    }
    averaged += meanX * meanY;
  }
  for (let i = 0; i < n; i++) raw += x[i]! * y[i]!;
  const total = n / (n - k + 2) * averaged / (psi2 * k);
  return isCorrected ? total - psi1 * n / (k * k * psi2) * raw / (2 * n) : total;
}
