import type { GarchParameters } from "./garch_variance.ts";

/** What the errors rest on: a fit in units in which returns are of order one. */
export interface DccPoint {
  readonly garch: readonly Required<GarchParameters>[];
  readonly a: number;
  readonly b: number;
  readonly qBar: readonly (readonly number[])[];
}

/** Log-likelihood of the correlations row by row; 0 for a row with a missing return. */
export type RowLikelihood = (
  z: readonly Float64Array[],
  constants: Pick<DccPoint, "a" | "b" | "qBar">,
) => Float64Array;

/**
 * Standard errors of a and b that allow for both steps of the fit (Engle & Sheppard, NBER 8554, 2001; W. K.
 * Newey & D. McFadden, Handbook of Econometrics 4, 1994, §6): the influence of each row on (a, b), through its own
 * score, through the GARCH constants and through the long-run correlations, and its long-run variance by Newey
 * & West. Derivatives by central differences. NaN where the curvature is not that of a peak, as at a boundary.
 */
export function dccErrors(
  returns: readonly Float64Array[],
  point: DccPoint,
  likelihood: RowLikelihood,
): { a: number; b: number } {
  const unknown = { a: NaN, b: NaN };
  const { a, b } = point;
  if (!(a > 1e-6 && b > 1e-6 && a + b < 0.9998)) return unknown;
  const start = packed(point), last = start.length;
  const stepA = 1e-4 * Math.max(a, 1e-2), stepB = 1e-4 * Math.max(b, 1e-2);
  // The score of (a, b) of each row.
  const scoreAt = (theta: readonly number[]): [Float64Array, Float64Array] => {
    const { garch, qBar } = unpacked(theta, point), z = standardized(returns, garch);
    const at = (da: number, db: number) =>
      likelihood(z, { a: theta[last - 2]! + da, b: theta[last - 1]! + db, qBar });
    return [
      differences(at(stepA, 0), at(-stepA, 0), 2 * stepA),
      differences(at(0, stepB), at(0, -stepB), 2 * stepB),
    ];
  };
  const count = last - 2;
  const curvature = [[0, 0], [0, 0]], cross = [new Float64Array(count), new Float64Array(count)];
  const first = Array.from({ length: count }, () => new Float64Array(count));
  for (let j = 0; j < last; j++) {
    const step = 1e-4 * Math.max(Math.abs(start[j]!), 1e-2);
    const moved = (sign: number) => start.map((value, i) => i === j ? value + sign * step : value);
    const up = scoreAt(moved(1)).map(total), down = scoreAt(moved(-1)).map(total);
    for (let i = 0; i < 2; i++) {
      const slope = (up[i]! - down[i]!) / (2 * step);
      if (j < count) cross[i]![j] = slope;
      else curvature[i]![j - count] = slope;
    }
    if (j >= count) continue;
    const above = firstMoments(returns, moved(1), point).map(total);
    const below = firstMoments(returns, moved(-1), point).map(total);
    for (let i = 0; i < count; i++) first[i]![j] = (above[i]! - below[i]!) / (2 * step);
  }
  const [[aa, ab], [ba, bb]] = curvature as [[number, number], [number, number]];
  const determinant = aa * bb - ab * ba;
  if (!(aa < 0 && bb < 0 && determinant > 0)) return unknown;
  // cross · first⁻¹, by which an error of the first step moves the scores of the second.
  const carried = cross.map((row) => solveTransposed(first, row));
  if (carried.some((row) => row === undefined)) return unknown;
  const scores = scoreAt(start), moments = firstMoments(returns, start, point);
  const net = scores.map((score, i) =>
    score.map((value, row) => {
      let sum = value;
      for (let k = 0; k < count; k++) sum -= carried[i]![k]! * moments[k]![row]!;
      return sum;
    })
  );
  const influenceA = net[0]!.map((value, row) => (bb * value - ab * net[1]![row]!) / determinant);
  const influenceB = net[1]!.map((value, row) => (aa * value - ba * net[0]![row]!) / determinant);
  return { a: Math.sqrt(longRun(influenceA)), b: Math.sqrt(longRun(influenceB)) };
}

/** GARCH constants of each series, the upper half of qBar, a and b. */
function packed({ garch, qBar, a, b }: DccPoint): number[] {
  const upper = qBar.flatMap((row, i) => row.slice(i));
  return [...garch.flatMap(({ omega, alpha, beta }) => [omega, alpha, beta]), ...upper, a, b];
}

function unpacked(theta: readonly number[], { garch: before }: DccPoint) {
  const size = before.length,
    garch = before.map(({ initialVariance }, i) => ({
      omega: theta[3 * i]!,
      alpha: theta[3 * i + 1]!,
      beta: theta[3 * i + 2]!,
      initialVariance,
    }));
  const qBar = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  let at = 3 * size;
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) qBar[i]![j] = qBar[j]![i] = theta[at++]!;
  }
  return { garch, qBar };
}

function standardized(
  returns: readonly Float64Array[],
  garch: readonly Required<GarchParameters>[],
): Float64Array[] {
  return returns.map((column, i) => {
    const { omega, alpha, beta, initialVariance } = garch[i]!;
    let h = omega + (alpha + beta) * initialVariance;
    return column.map((value) => {
      const z = value / Math.sqrt(h), isKnown = value - value === 0;
      h = omega + alpha * (isKnown ? value * value : h) + beta * h;
      return isKnown ? z : NaN;
    });
  });
}

/** What the first step sets to 0: the GARCH scores of each series, and `z z' - qBar`, row by row. */
function firstMoments(
  returns: readonly Float64Array[],
  theta: readonly number[],
  point: DccPoint,
): Float64Array[] {
  const { garch, qBar } = unpacked(theta, point), z = standardized(returns, garch);
  const size = returns.length;
  const scores = returns.flatMap((column, i) => garchScores(column, garch[i]!));
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      scores.push(z[i]!.map((value, row) => {
        const isKnown = z.every((other) => !Number.isNaN(other[row]!));
        return isKnown ? value * z[j]![row]! - qBar[i]![j]! : 0;
      }));
    }
  }
  return scores;
}

/** Derivatives of the log-likelihood of each row by omega, alpha and beta; 0 for a missing return. */
function garchScores(
  returns: Float64Array,
  { omega, alpha, beta, initialVariance }: Required<GarchParameters>,
): Float64Array[] {
  const scores = [0, 1, 2].map(() => new Float64Array(returns.length));
  let h = omega + (alpha + beta) * initialVariance;
  let byOmega = 1, byAlpha = initialVariance, byBeta = initialVariance;
  for (let row = 0; row < returns.length; row++) {
    const value = returns[row]!, isKnown = value - value === 0;
    const square = isKnown ? value * value : h;
    if (isKnown) {
      const factor = (square / h - 1) / (2 * h);
      scores[0]![row] = factor * byOmega;
      scores[1]![row] = factor * byAlpha;
      scores[2]![row] = factor * byBeta;
    }
    const carry = isKnown ? beta : alpha + beta;
    byOmega = 1 + carry * byOmega;
    byAlpha = square + carry * byAlpha;
    byBeta = h + carry * byBeta;
    h = omega + alpha * square + beta * h;
  }
  return scores;
}

function differences(up: Float64Array, down: Float64Array, width: number): Float64Array {
  return up.map((value, row) => (value - down[row]!) / width);
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row]!;
  return sum;
}

/** Newey & West's variance of a sum. */
function longRun(values: Float64Array): number {
  const n = values.length, lags = Math.floor(4 * (n / 100) ** (2 / 9));
  let variance = 0;
  for (let lag = 0; lag <= lags; lag++) {
    let sum = 0;
    for (let row = lag; row < n; row++) sum += values[row]! * values[row - lag]!;
    variance += (lag === 0 ? 1 : 2 * (1 - lag / (lags + 1))) * sum;
  }
  return variance;
}

/** The x of `x M = row`, by Gauss's elimination with pivots; undefined where M is singular. */
function solveTransposed(
  matrix: readonly Float64Array[],
  row: Float64Array,
): Float64Array | undefined {
  const size = row.length;
  const rows = Array.from(
    { length: size },
    (_, i) =>
      Float64Array.from({ length: size + 1 }, (_, j) => j < size ? matrix[j]![i]! : row[i]!),
  );
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) {
      if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    }
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    if (!(Math.abs(rows[k]![k]!) > 1e-12)) return undefined;
    for (let i = 0; i < size; i++) {
      if (i === k) continue;
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let j = k; j <= size; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  return Float64Array.from({ length: size }, (_, i) => rows[i]![size]! / rows[i]![i]!);
}
