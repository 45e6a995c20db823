import { checkAboveZero, checkNotNegative } from "../numbers.ts";
import { checkWhole } from "../check_whole.ts";
import { givenOptions } from "../given_options.ts";
import { hasRefreshes } from "./pre_averaged_covariance.ts";
import { cleanTicks, type RealizedCovariance, type Ticks, withCorrelation } from "./ticks.ts";

/** Covariance of two sides of ticks, sampled on grids of time. */
export interface SampledCovariance extends RealizedCovariance {
  /** Price changes of one grid. */
  readonly n: number;
}

/** Options of {@link previousTickCovariance}. */
export interface PreviousTickOptions {
  /** Distance of the sampling times, ms, above 0. */
  readonly stepMs: number;
  /** First sampling time after both sides have ticked, ms, at least 0. @default 0 */
  readonly offsetMs?: number;
}

/** Options of {@link subsampledCovariance}. */
export interface SubsampledOptions {
  /** Distance of the sampling times, ms, above 0. */
  readonly stepMs: number;
  /** Grids, each `stepMs / grids` later than the one before; a whole number from 1. @default 12 */
  readonly grids?: number;
}

/**
 * Realized covariance on a time grid, each side at its last tick: the plain estimator, and the one that
 * shrinks towards 0 as the grid gets finer (T. W. Epps, JASA 74, 1979). The grid begins when both sides
 * have ticked and ends with the last tick of the side that ends first. NaN with fewer than two sampling
 * times. Squared log units of the stretch covered.
 *
 * @throws {RangeError} when a side's columns differ in length, its time goes back, or an option is out of
 * range.
 *
 * @example
 * ```ts
 * import { previousTickCovariance } from "./previous_tick_covariance.ts";
 * import assert from "node:assert/strict";
 * const { cov, n } = previousTickCovariance([0, 8, 20], [0, 1, 3], [0, 11, 20], [0, 2, 3], { stepMs: 10 });
 * assert.deepEqual([cov, n], [1 * 0 + 2 * 3, 2]);
 * ```
 */
export function previousTickCovariance(
  t1: ArrayLike<number>,
  p1: ArrayLike<number>,
  t2: ArrayLike<number>,
  p2: ArrayLike<number>,
  options: PreviousTickOptions,
): SampledCovariance {
  const { stepMs, offsetMs = 0 } = givenOptions(options) as PreviousTickOptions;
  checkStep(stepMs);
  checkNotNegative("offsetMs", offsetMs);
  return sample(cleanTicks(t1, p1), cleanTicks(t2, p2), stepMs, offsetMs);
}

/**
 * Mean of {@link previousTickCovariance} over several grids shifted against each other, which uses more of
 * the ticks for the same step (Zhang, Mykland & Aït-Sahalia, JASA 100, 2005; L. Zhang, Journal of
 * Econometrics 160, 2011). The correlation is that of the mean covariance and the mean variances. NaN with
 * fewer than 50 refresh times (moments by which both sides have ticked anew).
 *
 * @throws {RangeError} as {@link previousTickCovariance}, and when `grids` is out of range.
 *
 * @example
 * ```ts
 * import { subsampledCovariance } from "./previous_tick_covariance.ts";
 * import assert from "node:assert/strict";
 * const t = Float64Array.from({ length: 500 }, (_, i) => i * 100), p = t.map((v) => Math.sin(v * v));
 * const { corr } = subsampledCovariance(t, p, t, p, { stepMs: 1_000, grids: 10 });
 * assert.equal(corr.toFixed(12), "1.000000000000");
 * ```
 */
export function subsampledCovariance(
  t1: ArrayLike<number>,
  p1: ArrayLike<number>,
  t2: ArrayLike<number>,
  p2: ArrayLike<number>,
  options: SubsampledOptions,
): SampledCovariance {
  const { stepMs, grids = 12 } = givenOptions(options) as SubsampledOptions;
  checkStep(stepMs);
  checkWhole("grids", grids, 1);
  const first = cleanTicks(t1, p1), second = cleanTicks(t2, p2);
  if (!hasRefreshes(first, second)) return { ...withCorrelation(NaN, NaN, NaN), n: 0 };
  return subsample(first, second, stepMs, grids);
}

/** {@link subsampledCovariance} of clean ticks. */
export function subsample(
  first: Ticks,
  second: Ticks,
  stepMs: number,
  grids: number,
): SampledCovariance {
  let cov = 0, rv1 = 0, rv2 = 0, used = 0, fewest = Infinity;
  for (let grid = 0; grid < grids; grid++) {
    const one = sample(first, second, stepMs, grid * stepMs / grids);
    if (one.n === 0) continue;
    used++;
    cov += one.cov;
    rv1 += one.rv1;
    rv2 += one.rv2;
    fewest = Math.min(fewest, one.n);
  }
  if (used === 0) return { ...withCorrelation(NaN, NaN, NaN), n: 0 };
  return { ...withCorrelation(cov / used, rv1 / used, rv2 / used), n: fewest };
}

function sample(first: Ticks, second: Ticks, stepMs: number, offsetMs: number): SampledCovariance {
  const { time: t, price: x } = first, { time: s, price: y } = second;
  const start = Math.max(t[0] ?? NaN, s[0] ?? NaN) + offsetMs;
  const end = Math.min(t[t.length - 1] ?? NaN, s[s.length - 1] ?? NaN);
  const times = end >= start ? Math.floor((end - start) / stepMs) + 1 : 0;
  let cov = 0, rv1 = 0, rv2 = 0, i = 0, j = 0, lastX = NaN, lastY = NaN;
  for (let k = 0; k < times; k++) {
    const now = start + k * stepMs;
    while (i + 1 < t.length && t[i + 1]! <= now) i++;
    while (j + 1 < s.length && s[j + 1]! <= now) j++;
    const dx = x[i]! - lastX, dy = y[j]! - lastY;
    lastX = x[i]!;
    lastY = y[j]!;
    if (k === 0) continue;
    cov += dx * dy;
    rv1 += dx * dx;
    rv2 += dy * dy;
  }
  if (times < 2) return { ...withCorrelation(NaN, NaN, NaN), n: 0 };
  return { ...withCorrelation(cov, rv1, rv2), n: times - 1 };
}

function checkStep(stepMs: number): void {
  checkAboveZero("stepMs", stepMs);
}
