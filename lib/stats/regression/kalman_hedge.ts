import { checkLengths, type Column } from "./columns.ts";
import { KalmanHedge, type KalmanHedgeState } from "./kalman_filter.ts";
import { type KalmanNoise, kalmanNoise } from "./kalman_noise.ts";

/** What is not given is learned from the first `training` rows. */
export interface KalmanHedgeOptions extends Partial<KalmanHedgeState> {
  /** Rows to learn from what is not given. @default 250 */
  readonly training?: number;
}

/** Columns of {@link KalmanHedgeStep}, a row each. */
export interface KalmanHedgeColumns {
  readonly beta: Float64Array;
  readonly alpha: Float64Array;
  readonly innovation: Float64Array;
  readonly variance: Float64Array;
  /** What the filter used; null when there were too few rows to learn it from. */
  readonly state: KalmanHedgeState | null;
}

/**
 * {@link KalmanHedge} of two whole columns. With `q`, `r`, `m0` and `p0` all given it runs from the
 * first row. Otherwise {@link kalmanNoise} learns the rest from the first `training` rows, which are NaN
 * in the result since they would know their own future, and the filter runs from there on: no value
 * depends on a later row.
 *
 * @throws {StatisticsError} when the training rows are degenerate (`too-few`, `constant`, `perfect-fit`).
 * @throws {RangeError} when lengths differ or an option is out of range.
 *
 * @example
 * ```ts
 * import { kalmanHedge } from "./kalman_hedge.ts";
 * import assert from "node:assert/strict";
 * const result = kalmanHedge([2, 4, NaN, 8], [1, 2, 3, 4], { q: [1e-4, 1e-4], r: 1, m0: [0, 0], p0: 1 });
 * assert.equal(result.innovation[0], 2);
 * assert.ok(Number.isNaN(result.innovation[2]!), "a missing leg predicts only");
 * assert.equal(result.beta[2], result.beta[1]);
 * ```
 */
export function kalmanHedge(
  y: Column,
  x: Column,
  options: KalmanHedgeOptions = {},
): KalmanHedgeColumns {
  checkLengths([x], y.length, "x");
  const { q, r, m0, p0, training = 250 } = options;
  if (!Number.isSafeInteger(training) || training < 1) {
    throw new RangeError(`training must be a whole number of at least 1, got ${training}`);
  }
  const column = () => new Float64Array(y.length).fill(NaN);
  const columns = { beta: column(), alpha: column(), innovation: column(), variance: column() };
  const given = q !== undefined && r !== undefined && m0 !== undefined && p0 !== undefined;
  if (!given && y.length < training) return { ...columns, state: null };

  const first = given ? 0 : training;
  const learned: KalmanNoise | KalmanHedgeState = given
    ? { q, r, m0, p0 }
    : kalmanNoise(Array.from(y).slice(0, training), Array.from(x).slice(0, training), options);
  const state = { q: learned.q, r: learned.r, m0: learned.m0, p0: learned.p0 };
  const filter = new KalmanHedge(state);
  for (let row = first; row < y.length; row++) {
    const step = filter.push(y[row]!, x[row]!);
    columns.beta[row] = step.beta;
    columns.alpha[row] = step.alpha;
    columns.innovation[row] = step.innovation;
    columns.variance[row] = step.variance;
  }
  return { ...columns, state };
}
