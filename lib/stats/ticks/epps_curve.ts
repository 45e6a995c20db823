import { checkWhole } from "../check_whole.ts";
import { hayashiYoshida } from "./hayashi_yoshida.ts";
import { subsample } from "./previous_tick_covariance.ts";
import { hasRefreshes } from "./pre_averaged_covariance.ts";
import { cleanTicks, type RealizedCovariance, withCorrelation } from "./ticks.ts";

/** Options of {@link eppsCurve}. */
export interface EppsCurveOptions {
  /** Sampling steps, ms, each above 0. @default 0.1 s to 5 min, three a decade */
  readonly stepsMs?: readonly number[];
  /** Shifted grids averaged at each step. @default 12 */
  readonly grids?: number;
}

/** Correlation by sampling interval. */
export interface EppsCurve {
  /** The steps, ms. */
  readonly stepsMs: readonly number[];
  /** Correlation at each step; NaN where the stretch is too short, or with fewer than 50 refresh times. */
  readonly corr: Float64Array;
  /** Covariance of the stretch at each step, squared log units. */
  readonly cov: Float64Array;
  /** Price changes of one grid at each step. */
  readonly n: Float64Array;
  /** The estimate that needs no step: where the curve should level off were prices free of noise. */
  readonly hayashiYoshida: RealizedCovariance;
}

const STEPS_MS = [
  100,
  200,
  500,
  1_000,
  2_000,
  5_000,
  10_000,
  20_000,
  60_000,
  120_000,
  300_000,
];

/**
 * Correlation of two instruments against the sampling step: it climbs from near 0 at fine steps, where
 * ticks do not meet (T. W. Epps, JASA 74, 1979), to a plateau. Look at it before quoting one number. Each
 * step is a subsampled previous-tick estimate.
 *
 * @throws {RangeError} when a side's columns differ in length, its time goes back, or an option is out of
 * range.
 *
 * @example
 * ```ts
 * import { eppsCurve } from "./epps_curve.ts";
 * import assert from "node:assert/strict";
 * const t = Float64Array.from({ length: 3_000 }, (_, i) => i * 100);
 * let level = 0;
 * const p = t.map((v) => level += Math.sin(v * v));
 * const late = t.map((v) => v + 70); // the same moves, 70 ms later
 * const { corr } = eppsCurve(t, p, late, p, { stepsMs: [50, 10_000] });
 * assert.ok(corr[0]! < 0.6 && corr[1]! > 0.98);
 * ```
 */
export function eppsCurve(
  t1: ArrayLike<number>,
  p1: ArrayLike<number>,
  t2: ArrayLike<number>,
  p2: ArrayLike<number>,
  options: EppsCurveOptions = {},
): EppsCurve {
  const { stepsMs = STEPS_MS, grids = 12 } = options;
  for (const step of stepsMs) {
    if (!(Number.isFinite(step) && step > 0)) {
      throw new RangeError(`stepsMs must all be above 0, got ${step}`);
    }
  }
  checkWhole("grids", grids, 1);
  const first = cleanTicks(t1, p1), second = cleanTicks(t2, p2);
  const isEnough = hasRefreshes(first, second);
  const points = stepsMs.map((step) => {
    return isEnough
      ? subsample(first, second, step, grids)
      : { ...withCorrelation(NaN, NaN, NaN), n: 0 };
  });
  return {
    stepsMs,
    corr: Float64Array.from(points, (point) => point.corr),
    cov: Float64Array.from(points, (point) => point.cov),
    n: Float64Array.from(points, (point) => point.n),
    hayashiYoshida: hayashiYoshida(t1, p1, t2, p2),
  };
}
