import { checkNumbers } from "../numbers.ts";
import { checkWhole } from "../check_whole.ts";
import { checkLengths, type Column } from "./columns.ts";
import { KalmanHedge, type KalmanHedgeState } from "./kalman_filter.ts";
import { endOfWarmUp, kalmanNoise } from "./kalman_noise.ts";

/** Rows from which to learn for the second time. */
const TRAINING = 250;

/** What is not given is learned from the rows before those it is used on. */
export interface KalmanHedgeOptions extends Partial<KalmanHedgeState> {
  /**
   * Instead of `q`: a bar's step of beta and of alpha has the variance `delta / (1 - delta)`, as in Chan;
   * strictly between 0 and 1, usually 1e-7 to 1e-3.
   */
  readonly delta?: number;
  /**
   * Where neither `q` nor `delta` is given: the rows to learn from, once. Left out, it is learned from the
   * first 250 rows and again each time that the rows have doubled. @default 250, 500, 1000, …
   */
  readonly training?: number;
}

/** Columns of {@link KalmanHedgeStep}, a row each. */
export interface KalmanHedgeColumns {
  readonly beta: Float64Array;
  readonly alpha: Float64Array;
  readonly innovation: Float64Array;
  readonly variance: Float64Array;
  /** What the filter used last, from the row `learnedAt` on; null when there were too few rows. */
  readonly state: KalmanHedgeState | null;
  /** Row from which `state` holds: 0 when all was given, NaN when `state` is null. */
  readonly learnedAt: number;
}

/**
 * {@link KalmanHedge} of two whole columns. With `q` (or `delta`), `r`, `m0` and `p0` all given it runs from
 * the first row. Otherwise what is not given is the likeliest for the rows before ({@link kalmanNoise}): q and
 * r together, by the innovations they make, since least squares would count a beta that moves as noise.
 *
 * - It is learned from the first 60 complete rows. Those are NaN, since they would know their own future, and
 *   the filter runs from the next one on.
 * - Where q is not given, all is learned again from the first 250 rows, 500, 1000 and so on (or once, from
 *   the first `training`), and holds from the row after them on. Rows before have values, by what fewer rows
 *   could say.
 *
 * The signal is `innovation / √variance`: on a hedge that moves as supposed it is standard normal.
 *
 * No value depends on a later row, so values of a longer series begin with those of a shorter one. All NaN
 * with fewer than 61 complete rows and something to learn.
 *
 * Source: A. C. Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989, ch. 3;
 * E. P. Chan, Algorithmic Trading, 2013, ch. 3 (`delta`).
 *
 * @throws {StatisticsError} when the rows to learn from are degenerate (`constant`, `perfect-fit`).
 * @throws {RangeError} when lengths differ, an option is out of range, or both `q` and `delta` are given.
 *
 * @example
 * ```ts
 * import { kalmanHedge } from "./kalman_hedge.ts";
 * import assert from "node:assert/strict";
 * const result = kalmanHedge([2, 4, NaN, 8], [1, 2, 3, 4], { q: [1e-4, 1e-4], r: 1, m0: [0, 0], p0: 1 });
 * assert.equal(result.innovation[0], 2);
 * assert.ok(Number.isNaN(result.innovation[2]!), "a missing leg predicts only");
 * assert.equal(result.beta[2], result.beta[1]);
 *
 * const x = Float64Array.from({ length: 100 }, (_, t) => 50 + Math.sin(t));
 * const y = x.map((value, t) => 2 * value + 1 + 0.1 * Math.cos(t * t));
 * const { beta } = kalmanHedge(y, x, { delta: 1e-5 });
 * assert.ok(Number.isNaN(beta[59]!) && Math.abs(beta[60]! - 2) < 0.1);
 * ```
 */
export function kalmanHedge(
  y: Column,
  x: Column,
  options: KalmanHedgeOptions = {},
): KalmanHedgeColumns {
  checkLengths([x], y.length, "x");
  checkNumbers(y, "y");
  const { r, m0, p0, training } = options;
  if (training !== undefined) checkWhole("training", training, 1);
  const q = stepVariance(options);
  const column = () => new Float64Array(y.length).fill(NaN);
  const columns = { beta: column(), alpha: column(), innovation: column(), variance: column() };
  if (q !== undefined && r !== undefined && m0 !== undefined && p0 !== undefined) {
    const state = { q, r, m0, p0 };
    run(columns, y, x, state, 0, y.length);
    return { ...columns, state, learnedAt: 0 };
  }
  const first = endOfWarmUp(y, x);
  if (first === undefined) return { ...columns, state: null, learnedAt: NaN };
  const known = q === undefined ? options : { ...options, q };
  const learn = (rows: number) => {
    const { q, r, m0, p0 } = kalmanNoise(
      Float64Array.from({ length: rows }, (_, row) => y[row] ?? NaN),
      Float64Array.from({ length: rows }, (_, row) => x[row] ?? NaN),
      known,
    );
    return { q, r, m0, p0 };
  };
  let state = learn(first), learnedAt = first;
  const again = q === undefined ? rowsToLearnAt(training, first, y.length) : [];
  for (const row of again) {
    run(columns, y, x, state, learnedAt, row);
    state = learn(row);
    learnedAt = row;
  }
  run(columns, y, x, state, learnedAt, y.length);
  return { ...columns, state, learnedAt };
}

/** Rows at which to learn again, ascending, between the first time and the end. */
function rowsToLearnAt(training: number | undefined, first: number, length: number): number[] {
  const rows: number[] = [];
  for (let row = training ?? TRAINING; row < length; row *= 2) {
    if (row > first) rows.push(row);
    if (training !== undefined) break;
  }
  return rows;
}

type Steps = Pick<KalmanHedgeColumns, "beta" | "alpha" | "innovation" | "variance">;

function run(
  columns: Steps,
  y: Column,
  x: Column,
  state: KalmanHedgeState,
  from: number,
  to: number,
): void {
  const filter = new KalmanHedge(state);
  for (let row = from; row < to; row++) {
    const step = filter.push(y[row]!, x[row]!);
    columns.beta[row] = step.beta;
    columns.alpha[row] = step.alpha;
    columns.innovation[row] = step.innovation;
    columns.variance[row] = step.variance;
  }
}

function stepVariance({ q, delta }: KalmanHedgeOptions): KalmanHedgeState["q"] | undefined {
  if (delta === undefined) return q;
  if (q !== undefined) throw new RangeError("q and delta must not both be given");
  if (!(typeof delta === "number" && delta > 0 && delta < 1)) {
    throw new RangeError(`delta must lie strictly between 0 and 1, got ${delta}`);
  }
  return delta / (1 - delta);
}
