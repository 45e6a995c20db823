import {
  centred,
  checkLengths,
  type Column,
  completeRows,
  largest,
  listColumns,
  powerOfTwo,
} from "./columns.ts";
import { LeastSquares, norm } from "./least_squares.ts";
import { selectRanks } from "../select.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Φ⁻¹(3/4): the median of |Z|. */
const NORMAL_MAD = 0.6744897501960817;

/** Options of {@link huber}. */
export interface HuberOptions {
  /** Whether to add a column of ones before the others. @default true */
  readonly constant?: boolean;
  /** Residuals beyond this many scales count as if they were there. @default 1.345 */
  readonly threshold?: number;
  /** Most rounds of reweighting. @default 1000 */
  readonly maxIterations?: number;
}

/** A robust line; the constant is the first coefficient. */
export interface HuberResult {
  readonly params: Float64Array;
  /** Standard errors, Huber's H1. */
  readonly bse: Float64Array;
  /** Median absolute residual over 0.67449. */
  readonly scale: number;
  /** Weight of each row, 1 unless it is an outlier; NaN where the row had a missing value. */
  readonly weights: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Huber's M-estimate of `y = a + b x + …`: least squares for residuals within `threshold` scales, absolute
 * beyond. Iteratively reweighted from the least-squares line, the scale re-estimated each round (median
 * absolute residual about 0), until the coefficients rest; the numbers of statsmodels' `RLM(HuberT)` run
 * to convergence. Errors are H1: `k² s² [Σψ²/(n-p)] / mean(ψ')² (X'X)⁻¹`, with Huber's small-sample k.
 *
 * Wild y are tamed, wild x are not (leverage): compare {@link theilSen}. Rows with a missing value are
 * left out.
 *
 * Source: P. J. Huber, Ann. Math. Statist. 35, 1964; Robust Statistics, 1981, 7.6.
 *
 * @param x one column, or several.
 * @throws {StatisticsError} `too-few` (under two complete rows more than coefficients), `constant`,
 * `singular`, or `perfect-fit` when more than half the rows lie on the line, which leaves no scale.
 * @throws {RangeError} when lengths differ or an option is out of range.
 *
 * @example
 * ```ts
 * import { huber } from "./huber.ts";
 * import assert from "node:assert/strict";
 * const x = [1, 2, 3, 4, 5, 6, 7, 8];
 * const fit = huber([1.1, 1.9, 3.2, 3.9, 5.1, 5.8, 7.1, 80], x);
 * assert.ok(Math.abs(fit.params[1]! - 1) < 0.1, "the wild last row hardly counts");
 * ```
 */
export function huber(
  y: Column,
  x: Column | readonly Column[],
  options: HuberOptions = {},
): HuberResult {
  const { constant = true, threshold = 1.345, maxIterations = 1000 } = options;
  if (!(threshold > 0)) throw new RangeError(`threshold must be above 0, got ${threshold}`);
  const list = listColumns(x);
  checkLengths(list, y.length, "x");
  const { columns: [target, ...columns], rows } = completeRows([y, ...list]);
  const count = list.length + (constant ? 1 : 0);
  if (rows.length < count + 2) {
    throw new StatisticsError(
      "too-few",
      `${count} coefficients need at least ${count + 2} complete rows, there are ${rows.length}`,
    );
  }
  const start = new LeastSquares(target!, columns, constant);
  const { params, resid, scale, weights, iterations, converged } = reweight(
    centre(target!, columns, constant),
    start,
    { threshold, maxIterations },
  );
  return {
    params,
    bse: standardErrors(start, resid, scale, threshold),
    scale,
    weights: spread(weights, rows, y.length),
    iterations,
    converged,
  };
}

/** The data about its means, so that its level costs no digits. */
interface Centred {
  readonly y: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly largestY: number;
  /** Coefficients of the data itself from those of the centred data. */
  restore(params: Float64Array): Float64Array;
}

function centre(y: Float64Array, columns: readonly Float64Array[], constant: boolean): Centred {
  const largestY = largest(y);
  if (!constant) return { y, columns, largestY, restore: (params) => params };
  const target = centred(y);
  const parts = columns.map((column) => centred(column));
  return {
    y: target.values,
    columns: [new Float64Array(y.length).fill(1), ...parts.map(({ values }) => values)],
    largestY,
    restore(params) {
      const restored = params.slice();
      restored[0]! += target.centre;
      parts.forEach((part, j) => restored[0]! -= params[j + 1]! * part.centre);
      return restored;
    },
  };
}

function reweight(
  data: Centred,
  start: LeastSquares,
  options: { readonly threshold: number; readonly maxIterations: number },
) {
  const sizes = data.columns.map(largest);
  // Rounds may be many, and come at each bar: they share their arrays.
  const root = new Float64Array(data.y.length), rest = new Float64Array(data.y.length);
  const scratch = new Float64Array(data.y.length);
  let params: Float64Array = new Float64Array(sizes.length);
  let resid: Float64Array = start.resid;
  // The rounds stop within some roundings of an exact line, never quite on it.
  const least = Math.max(32 * Number.EPSILON * data.largestY, start.rounding);
  let scale = residualScale(resid, least, scratch);
  const rounding = 4 * Number.EPSILON * largest(data.y);
  let iterations = 0, converged = false;
  const isLine = data.columns.length === 2 && data.columns[0]!.every((value) => value === 1);
  const line = isLine ? scaledLine(data.y, data.columns[1]!) : undefined;
  while (!converged && iterations < options.maxIterations) {
    iterations++;
    for (let row = 0; row < root.length; row++) {
      const limit = options.threshold * scale;
      const size = Math.abs(resid[row]!);
      root[row] = size <= limit ? 1 : Math.sqrt(limit / size);
    }
    const next = line === undefined ? weightedParams(data, root) : weightedLine(line, root);
    // What the line moved, at the far end of each column.
    const moved = next.map((value, j) => Math.abs(value - params[j]!) * sizes[j]!);
    params = next;
    resid = residuals(data, params, rest);
    scale = residualScale(resid, least, scratch);
    converged = iterations > 1 && moved.every((size) => size <= 1e-12 * scale + rounding);
  }
  const weights = root.map((value) => value * value);
  return { params: data.restore(params), resid, scale, weights, iterations, converged };
}

function weightedParams(data: Centred, root: Float64Array): Float64Array {
  const weighted = data.columns.map((column) => column.map((value, row) => value * root[row]!));
  return new LeastSquares(data.y.map((value, row) => value * root[row]!), weighted, false).params;
}

/** One column and a constant in powers of two of their sizes, so that squares are doubles and no digit is lost. */
interface ScaledLine {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly unitX: number;
  readonly unitY: number;
}

function scaledLine(y: Float64Array, x: Float64Array): ScaledLine {
  const unitX = powerOfTwo(largest(x)), unitY = powerOfTwo(largest(y));
  return { x: x.map((value) => value / unitX), y: y.map((value) => value / unitY), unitX, unitY };
}

/** The same for one column and a constant, about the weighted means: nothing is factored. */
function weightedLine({ x, y, unitX, unitY }: ScaledLine, root: Float64Array): Float64Array {
  let weights = 0, sumX = 0, sumY = 0;
  for (let row = 0; row < y.length; row++) {
    const weight = root[row]! * root[row]!;
    weights += weight;
    sumX += weight * x[row]!;
    sumY += weight * y[row]!;
  }
  const meanX = sumX / weights, meanY = sumY / weights;
  let xx = 0, xy = 0;
  for (let row = 0; row < y.length; row++) {
    const weight = root[row]! * root[row]!, dx = x[row]! - meanX;
    xx += weight * dx * dx;
    xy += weight * dx * (y[row]! - meanY);
  }
  const slope = xy / xx;
  return Float64Array.of((meanY - slope * meanX) * unitY, slope * (unitY / unitX));
}

function residuals(data: Centred, params: Float64Array, rest: Float64Array): Float64Array {
  rest.set(data.y);
  // Column by column, each row in the same order of sums: loops that a bar can afford many rounds of.
  data.columns.forEach((column, j) => {
    const slope = params[j]!;
    for (let row = 0; row < rest.length; row++) rest[row]! -= slope * column[row]!;
  });
  return rest;
}

function residualScale(resid: Float64Array, least: number, scratch: Float64Array): number {
  const scale = medianSize(resid, scratch) / NORMAL_MAD;
  if (scale > least) return scale;
  throw new StatisticsError(
    "perfect-fit",
    "more than half the rows lie exactly on a line, so there is no scale to judge the others by",
  );
}

/** Median of the absolute values, without sorting them. */
function medianSize(resid: Float64Array, sizes: Float64Array): number {
  for (let row = 0; row < sizes.length; row++) sizes[row] = Math.abs(resid[row]!);
  const upper = sizes.length >> 1, lower = (sizes.length - 1) >> 1;
  const [below, above] = selectRanks(sizes, [lower, upper]) as [number, number];
  return below + (above - below) / 2;
}

function standardErrors(
  fit: LeastSquares,
  resid: Float64Array,
  scale: number,
  threshold: number,
): Float64Array {
  const n = fit.nobs, count = fit.params.length;
  let squares = 0, inside = 0;
  for (const value of resid) {
    const z = Math.abs(value) / scale;
    squares += Math.min(z, threshold) ** 2;
    if (z <= threshold) inside++;
  }
  const share = inside / n;
  const k = 1 + count / n * (share * (1 - share)) / (share * share);
  const sigma = k * (scale / fit.scale) * Math.sqrt(squares / fit.dfResid) / share;
  return Float64Array.from(fit.roots, (root) => sigma * norm(root));
}

function spread(values: Float64Array, rows: Int32Array, length: number): Float64Array {
  const spread = new Float64Array(length).fill(NaN);
  rows.forEach((row, i) => spread[row] = values[i]!);
  return spread;
}
