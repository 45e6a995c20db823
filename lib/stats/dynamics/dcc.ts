import { copyNumbers } from "../numbers.ts";
import { dccErrors } from "./dcc_errors.ts";
import { persistencePValue } from "./persistence.ts";
import { checkLengths, type Column } from "../regression/columns.ts";
import { correlationOf, type DccModel, nextQ } from "./dynamic_correlation.ts";
import { garch, type GarchFit, LEVEL, MOST_PERSISTENCE } from "./garch.ts";
import { garchPath } from "./garch_variance.ts";
import { nelderMead } from "./nelder_mead.ts";
import { StatisticsError } from "../statistics_error.ts";
import { symmetricFactor } from "./symmetric_factor.ts";

/** Correlations of whole columns, each known before its row. */
export interface DccPath {
  /** R_t of series i and j, a number a row. */
  correlation(i: number, j: number): Float64Array;
  /** Gaussian log-likelihood of the rows without a missing return: volatility and correlation parts. */
  readonly llf: number;
  /** The correlation part, `-½ Σ (ln|R| + z'R⁻¹z - z'z)`. */
  readonly correlationLlf: number;
  /** Rows without a missing return. */
  readonly nobs: number;
}

/** A fitted DCC(1,1); it is its own {@link DccModel}, to run live. */
export interface DccFit extends DccModel, DccPath {
  readonly garch: readonly GarchFit[];
  /** Standard errors of a and b, which allow for both steps of the fit; NaN at a boundary. */
  readonly bse: { readonly a: number; readonly b: number };
  /** p-value of "the correlation of every pair is constant", whatever the tails and the volatility left over. */
  readonly dynamicsPvalue: number;
  /** False where that is 0.05 or more, or `a` is zero: the correlation is constant, and b means nothing. */
  readonly hasDynamics: boolean;
  readonly converged: boolean;
}

const LEAST = 500;
const NO_DYNAMICS = 1e-4;
const STARTS = [0.9, 0.97, 0.99].flatMap((p) =>
  [0.02, 0.05, 0.15].map((share) => [p, share] as const)
);

/**
 * Fits dynamic conditional correlation, DCC(1,1), in two steps: GARCH(1,1) of each series, then a and b by
 * the correlation part of the Gaussian likelihood, with `Q̄ = Z'Z / n` of the standardized returns.
 *
 * Off-line (daily, say): the fit has seen all rows. Live and in a backtest run {@link DynamicCorrelation}
 * or {@link dccPath} with the constants of a training part.
 *
 * R. F. Engle, Journal of Business & Economic Statistics 20 (2002).
 *
 * @param series columns of returns, two or more, of bars that follow each other. A row with a missing
 * return counts as its expectation.
 * @throws {StatisticsError} `too-few` (under 500 complete rows), `constant`, `singular` (a series is a
 * combination of the others).
 * @throws {RangeError} when columns differ in length or there are fewer than two.
 *
 * @example
 * ```ts
 * import { dcc } from "./dcc.ts";
 * import { normalQuantile } from "../distributions/normal_quantile.ts";
 * import { seededRandom } from "../seeded_random.ts";
 * import assert from "node:assert/strict";
 * const random = seededRandom(1);
 * const x: number[] = [], y: number[] = [];
 * for (let t = 0; t < 1_500; t++) {
 *   const r = t < 750 ? 0.1 : 0.8, e = normalQuantile(random());
 *   x.push(e);
 *   y.push(r * e + Math.sqrt(1 - r * r) * normalQuantile(random()));
 * }
 * const path = dcc([x, y]).correlation(0, 1);
 * assert.ok(path[740]! < 0.45 && path[1_490]! > 0.55);
 * ```
 */
export function dcc(series: readonly Column[]): DccFit {
  if (series.length < 2) throw new RangeError(`series must be two or more, got ${series.length}`);
  checkLengths(series, series[0]!.length, "series");
  const fits = series.map((column) => garch(column));
  const z = fits.map((fit) => fit.standardized);
  const { qBar, nobs } = secondMoments(z);
  if (nobs < LEAST) {
    throw new StatisticsError(
      "too-few",
      `DCC needs at least ${LEAST} complete rows, there are ${nobs}`,
    );
  }
  if (symmetricFactor(qBar) === undefined) {
    throw new StatisticsError("singular", "a series is a combination of the others");
  }
  const constantsOf = (point: readonly number[]) => {
    const persistence = MOST_PERSISTENCE / (1 + Math.exp(-point[0]!));
    const a = persistence / (1 + Math.exp(-point[1]!));
    return { a, b: persistence - a, qBar };
  };
  const cost = (point: readonly number[]) => -correlationLikelihood(z, constantsOf(point));
  const logit = (p: number) => Math.log(p / (1 - p));
  const points = STARTS.map(([p, share]) => [logit(p / MOST_PERSISTENCE), logit(share)]);
  const costs = points.map(cost);
  const first = points[costs.indexOf(Math.min(...costs))]!;
  const { point, converged } = nelderMead(cost, first, { tolerance: 1e-12 });
  const model = { garch: fits, ...constantsOf(point) };
  const dynamicsPvalue = constancyPValue(z, qBar);
  return {
    ...model,
    ...dccPath(series, model),
    bse: errorsOf(series, fits, model),
    dynamicsPvalue,
    hasDynamics: model.a >= NO_DYNAMICS && dynamicsPvalue < LEVEL,
    converged,
  };
}

/**
 * {@link DynamicCorrelation} over whole columns, with frozen constants: row t rests on rows before t.
 *
 * @throws {RangeError} when the columns do not fit the model.
 *
 * @example
 * ```ts
 * import { dccPath } from "./dcc.ts";
 * import assert from "node:assert/strict";
 * const calm = { omega: 1, alpha: 0, beta: 0 };
 * const model = { garch: [calm, calm], a: 0.1, b: 0.8, qBar: [[1, 0.5], [0.5, 1]] };
 * const r = dccPath([[2, 0], [-2, 0]], model).correlation(0, 1);
 * assert.deepEqual(Array.from(r, (value) => value.toFixed(4)), ["0.5000", "0.0385"]);
 * ```
 */
export function dccPath(series: readonly Column[], model: DccModel): DccPath {
  if (series.length !== model.garch.length) {
    throw new RangeError(`series must be ${model.garch.length} columns, got ${series.length}`);
  }
  checkLengths(series, series[0]?.length ?? 0, "series");
  const { a, b } = model;
  if (!(typeof a === "number" && typeof b === "number" && a >= 0 && b >= 0 && a + b < 1)) {
    throw new RangeError(`a and b must be 0 or more, together below 1, got ${a} and ${b}`);
  }
  if (!model.qBar.every((row) => row.every(Number.isFinite))) {
    throw new RangeError("qBar must hold finite numbers");
  }
  const paths = series.map((column, i) => garchPath(column, model.garch[i]!));
  const z = paths.map((path) => path.standardized);
  const steps = qPath(z, model);
  const correlationLlf = correlationLikelihood(z, model);
  let llf = correlationLlf, nobs = 0;
  for (let row = 0; row < steps.length; row++) {
    if (!z.every((column) => Number.isFinite(column[row]))) continue;
    nobs++;
    paths.forEach(({ variance, standardized }) => {
      llf -= (Math.log(2 * Math.PI) + Math.log(variance[row]!) + standardized[row]! ** 2) / 2;
    });
  }
  const correlation = (i: number, j: number) =>
    Float64Array.from(steps, (q) => correlationOf(q, i, j));
  return { correlation, llf, correlationLlf, nobs };
}

/** The errors, in units in which every series has a long-run variance of one. */
function errorsOf(
  series: readonly Column[],
  fits: readonly GarchFit[],
  { a, b, qBar }: Constants,
): { a: number; b: number } {
  const scales = fits.map(({ longRunVariance }) => Math.sqrt(longRunVariance));
  const returns = series.map((column, i) =>
    copyNumbers(column, "series").map((value) => value / scales[i]!)
  );
  const garch = fits.map(({ omega, alpha, beta, initialVariance }, i) => {
    const unit = scales[i]! * scales[i]!;
    return { omega: omega / unit, alpha, beta, initialVariance: initialVariance / unit };
  });
  return dccErrors(returns, { garch, a, b, qBar }, rowLikelihoods);
}

/** Of the pairs: the product of what is left of each, which under a constant correlation has no memory. */
function constancyPValue(z: readonly Float64Array[], qBar: Constants["qBar"]): number {
  let least = 1, pairs = 0;
  for (let i = 0; i < z.length; i++) {
    for (let j = i + 1; j < z.length; j++) {
      pairs++;
      const r = correlationOf(qBar, i, j), free = Math.sqrt((1 - r) * (1 + r));
      const x = z[i]!, y = z[j]!, unit = Math.sqrt(qBar[j]![j]! / qBar[i]![i]!);
      const products = x.map((value, row) => value * (y[row]! / unit - r * value) / free);
      least = Math.min(least, persistencePValue(products));
    }
  }
  return Math.min(1, pairs * least);
}

/** {@link correlationLikelihood} row by row; 0 for a row with a missing return. */
function rowLikelihoods(z: readonly Float64Array[], constants: Constants): Float64Array {
  const rows = new Float64Array(z[0]!.length);
  let q = constants.qBar;
  for (let row = 0; row < rows.length; row++) {
    const values = z.map((column) => column[row]!);
    if (values.every((value) => Number.isFinite(value))) {
      const factor = symmetricFactor(
        q.map((line, i) => line.map((_, j) => correlationOf(q, i, j))),
      );
      const plain = values.reduce((total, value) => total + value * value, 0);
      rows[row] = factor === undefined
        ? NaN
        : -(factor.logDeterminant + factor.quadratic(values) - plain) / 2;
    }
    q = nextQ(q, values, constants);
  }
  return rows;
}

type Constants = Pick<DccModel, "a" | "b" | "qBar">;

/** Q before each row. */
function qPath(
  z: readonly Float64Array[],
  constants: Constants,
): (readonly (readonly number[])[])[] {
  const steps: (readonly (readonly number[])[])[] = [];
  let q = constants.qBar;
  for (let row = 0; row < z[0]!.length; row++) {
    steps.push(q);
    q = nextQ(q, z.map((column) => column[row]!), constants);
  }
  return steps;
}

function correlationLikelihood(z: readonly Float64Array[], constants: Constants): number {
  if (z.length === 2) return pairLikelihood(z[0]!, z[1]!, constants);
  let sum = 0, q = constants.qBar;
  for (let row = 0; row < z[0]!.length; row++) {
    const values = z.map((column) => column[row]!);
    if (values.every((value) => Number.isFinite(value))) {
      const factor = symmetricFactor(
        q.map((line, i) => line.map((_, j) => correlationOf(q, i, j))),
      );
      if (factor === undefined) return -Infinity;
      const plain = values.reduce((total, value) => total + value * value, 0);
      sum -= (factor.logDeterminant + factor.quadratic(values) - plain) / 2;
    }
    q = nextQ(q, values, constants);
  }
  return sum;
}

/** The same for a pair, without matrices: the loop a fit spends its time in. */
function pairLikelihood(x: Float64Array, y: Float64Array, { a, b, qBar }: Constants): number {
  const rest = 1 - a - b;
  const [barXx, barXy, barYy] = [qBar[0]![0]!, qBar[0]![1]!, qBar[1]![1]!];
  let xx = barXx, xy = barXy, yy = barYy, sum = 0;
  for (let row = 0; row < x.length; row++) {
    const u = x[row]!, v = y[row]!;
    if (!Number.isFinite(u) || !Number.isFinite(v)) {
      xx = rest * barXx + (a + b) * xx;
      xy = rest * barXy + (a + b) * xy;
      yy = rest * barYy + (a + b) * yy;
      continue;
    }
    const r = xy / Math.sqrt(xx * yy), free = (1 - r) * (1 + r);
    if (!(free > 0)) return -Infinity;
    sum -= (Math.log(free) + (r * r * (u * u + v * v) - 2 * r * u * v) / free) / 2;
    xx = rest * barXx + a * u * u + b * xx;
    xy = rest * barXy + a * u * v + b * xy;
    yy = rest * barYy + a * v * v + b * yy;
  }
  return sum;
}

function secondMoments(z: readonly Float64Array[]): { qBar: number[][]; nobs: number } {
  const qBar = z.map(() => z.map(() => 0));
  let nobs = 0;
  for (let row = 0; row < z[0]!.length; row++) {
    if (!z.every((column) => Number.isFinite(column[row]))) continue;
    nobs++;
    for (let i = 0; i < z.length; i++) {
      for (let j = 0; j < z.length; j++) qBar[i]![j]! += z[i]![row]! * z[j]![row]!;
    }
  }
  return { qBar: qBar.map((line) => line.map((value) => value / nobs)), nobs };
}
