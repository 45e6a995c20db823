import { checkLengths, type Column } from "../regression/columns.ts";
import {
  canonicalCorrelations,
  checkIndependent,
  checkUnexplained,
  exactPast,
  lengthsOfRounding,
  type Rounded,
} from "./canonical_correlations.ts";
import { HouseholderQr } from "../regression/householder.ts";
import {
  cut,
  type JohansenColumns,
  johansenColumns,
  type JohansenLevel,
  prepareLevels,
} from "./johansen_columns.ts";
import { chooseLags } from "./johansen_lags.ts";
import { JOHANSEN_TABLES, type JohansenTable } from "./johansen_tables.ts";
import {
  checkModel,
  type JohansenModel,
  type JohansenOptions,
  type JohansenTerms,
} from "./johansen_terms.ts";
import { StatisticsError } from "../statistics_error.ts";

export type { JohansenLagRule, JohansenOptions, JohansenTerms } from "./johansen_terms.ts";

/** Fewest rows for a test. */
const LEAST = 30;
/** Share of a squared correlation that rounding alone leaves missing to one. */
const EXACT = 1e-14;

/** A Johansen test; element `r` is about the hypothesis of rank r (at most r for the trace). */
export interface JohansenResult {
  /** Squared canonical correlations, descending. */
  readonly eigenvalues: Float64Array;
  /** `-T Σ_{i≥r} ln(1 - λ_i)`. */
  readonly trace: Float64Array;
  /** `-T ln(1 - λ_r)`. */
  readonly maxEigen: Float64Array;
  /**
   * Critical values at 90, 95 and 99 %, a row for each r, adjusted for few rows unless `detOrder` was given;
   * NaN beyond twelve series.
   */
  readonly criticalTrace: readonly (readonly [number, number, number])[];
  readonly criticalMaxEigen: readonly (readonly [number, number, number])[];
  /**
   * A cointegrating vector for each eigenvalue, weights of the series in their order, with `v' Skk v = 1`
   * and the first weight positive. With a restricted term its weight comes last: of 1, or of the row number.
   */
  readonly vectors: readonly Float64Array[];
  /** Rows of the regressions. */
  readonly nobs: number;
  /** Lagged differences in the model. */
  readonly usedLag: number;
  /** Deterministic terms of the model. */
  readonly terms: JohansenTerms;
  /** Hypotheses rejected in turn at 95 % by the trace, the number of relations; NaN without a table. */
  readonly rank: number;
}

/**
 * Johansen's test of the number of cointegrating relations: `Δx_t` and `x_{t-1}` are cleared of the lagged
 * differences and of the terms outside the relations, and the eigenvalues are the squared canonical
 * correlations of what is left. Without options it is made for prices: with or without drift, lags by a
 * criterion that stands bid-ask bounce, critical values adjusted for few rows; unrelated walks are called
 * related in 4 to 6 % at 250 to 4,000 rows (`deno task truth`). With `detOrder` and `lagDiff` it gives the
 * numbers of statsmodels' `coint_johansen` (but for `lagDiff` 0, where that library takes `x_t` for
 * `x_{t-1}`), with `terms` those of `ca.jo` in R's urca.
 *
 * They are found from the bases of two QR factorisations (Björck & Golub, Math. Comp. 27, 1973); the
 * moment matrices of the textbooks, which square the condition of price levels, are never formed.
 *
 * Sources: S. Johansen, Econometrica 59, 1991, and Likelihood-Based Inference in Cointegrated Vector
 * Autoregressive Models, 1995, ch. 6 and 15; the factor for few rows: G. C. Reinsel & S. K. Ahn, J. Time Series
 * Analysis 13, 1992. Critical values: MacKinnon, Haug & Michelis 1999; those with a restricted term by our
 * own simulation (`test/golden/make_johansen_tables.py`).
 *
 * @param series two columns or more (one gives a unit-root test).
 * @throws {StatisticsError} `missing`, `constant`, `too-few` (under 30 rows, or too few for the
 * coefficients), `singular` (a series that is a combination of the others, whatever its scale),
 * `perfect-fit` (a series, or a combination of them, follows the past exactly: less than 1.5e-8 of its
 * differences is left unexplained).
 * @throws {RangeError} when lengths differ or an option is none of its values.
 *
 * @example
 * ```ts
 * import { johansen } from "./johansen.ts";
 * import assert from "node:assert/strict";
 * const x = Float64Array.from({ length: 200 }, (_, t) => t / 10 + 5 * Math.sin(t / 7));
 * const y = x.map((value, t) => 2 * value + Math.sin(t * t));
 * const test = johansen([y, x], { terms: "constant", lagDiff: 1 });
 * assert.ok(test.trace[0]! > test.criticalTrace[0]![2]);
 * const [a, b] = test.vectors[0]!;
 * assert.equal((-b! / a!).toFixed(1), "2.0");
 * ```
 */
export function johansen(series: readonly Column[], options: JohansenOptions = {}): JohansenResult {
  const model = checkModel(options);
  if (series.length === 0) throw new RangeError("series must have a column, got none");
  const length = series[0]!.length;
  checkLengths(series, length, "series");
  const count = series.length;
  const most = mostLags(model, length, count);
  checkRoom(model, length, count, most);
  const levels = prepareLevels(series, model);
  const usedLag = typeof model.lagDiff === "number"
    ? model.lagDiff
    : chooseLags(johansenColumns(levels, model, most), model.lagDiff, most);
  const nobs = length - 1 - usedLag;
  const { differences, lagged } = clearOfLags(johansenColumns(levels, model, usedLag));
  const { values, vectors } = canonicalCorrelations(differences, lagged, nobs);
  if (!(values[0]! ** 2 <= 1 - EXACT)) throw exactPast();

  const eigenvalues = values.slice(0, count).map((value) => value * value);
  const maxEigen = eigenvalues.map((value) => -nobs * Math.log1p(-value));
  const trace = maxEigen.map((_, r) => maxEigen.subarray(r).reduce((sum, value) => sum + value, 0));
  const factor = model.critical === "asymptotic" ? 1 : nobs / (nobs - count * usedLag);
  const tables = JOHANSEN_TABLES[model.terms];
  const criticalTrace = criticalRows(tables.trace, count, factor);
  return {
    eigenvalues,
    trace,
    maxEigen,
    criticalTrace,
    criticalMaxEigen: criticalRows(tables.maxEigen, count, factor),
    vectors: vectors.slice(0, count).map((vector) => inUnits(vector, levels, model, nobs)),
    nobs,
    usedLag,
    terms: model.terms,
    rank: countRelations(trace, criticalTrace),
  };
}

/** Lags that a rule may choose among, or those asked for. */
function mostLags({ lagDiff, maxLag }: JohansenModel, length: number, count: number): number {
  if (typeof lagDiff === "number") return lagDiff;
  const schwert = Math.ceil(12 * (length / 100) ** 0.25);
  return maxLag ?? Math.max(0, Math.min(schwert, Math.floor((length - 1) / (3 * (count + 1)))));
}

/** @throws {StatisticsError} `too-few`. */
function checkRoom(model: JohansenModel, length: number, count: number, lags: number): void {
  const nobs = length - 1 - lags;
  const rows = nobs - count * lags - model.outside - Math.max(0, model.seasons - 1);
  const least = Math.max(LEAST, length - rows + 2 * count + (model.inside === null ? 0 : 1));
  if (length >= least) return;
  throw new StatisticsError(
    "too-few",
    `${count} series with ${lags} lags need ${least} rows, there are ${length}`,
  );
}

function criticalRows(
  table: JohansenTable,
  count: number,
  factor: number,
): (readonly [number, number, number])[] {
  return Array.from({ length: count }, (_, r) => {
    const [ten, five, one] = table[count - r - 1] ?? [NaN, NaN, NaN];
    return [ten * factor, five * factor, one * factor] as const;
  });
}

/** Hypotheses rejected in turn at 95 %. */
function countRelations(
  trace: Float64Array,
  critical: readonly (readonly [number, number, number])[],
): number {
  if (Number.isNaN(critical[0]![1])) return NaN;
  const accepted = trace.findIndex((value, r) => !(value > critical[r]![1]));
  return accepted < 0 ? trace.length : accepted;
}

/** Differences and lagged levels, in coordinates orthogonal to the lagged differences and the terms. */
function clearOfLags(
  { terms, lags, differences, lagged }: JohansenColumns,
): { differences: Rounded[]; lagged: Rounded[] } {
  const design = [...terms, ...lags];
  const roundings = lengthsOfRounding(design);
  const all = [...design, ...differences, ...lagged].map(({ values }) => values);
  const qr = new HouseholderQr(all, design.length);
  checkUnexplained(differences, terms.length, design.length);
  checkIndependent(qr, roundings);
  const rest = (column: Rounded) => cut(column, design.length, column.values.length);
  return { differences: differences.map(rest), lagged: lagged.map(rest) };
}

/** Weights of the series as they were given, and of 1 or the row number. */
function inUnits(
  vector: Float64Array,
  levels: readonly JohansenLevel[],
  { inside }: JohansenModel,
  nobs: number,
): Float64Array {
  const weights = vector.map((value, j) => value / (levels[j]?.scale ?? 1));
  const last = levels.length;
  if (inside === "trend") weights[last] = vector[last]! * 2 / (nobs - 1);
  if (inside === "constant") {
    levels.forEach(({ anchor }, j) => weights[last]! -= weights[j]! * anchor);
  }
  return oriented(weights);
}

function oriented(vector: Float64Array): Float64Array {
  const first = vector.find((value) => value !== 0) ?? 1;
  return first < 0 ? vector.map((value) => -value) : vector;
}
