import { checkWhole } from "../check_whole.ts";
import { checkLengths, type Column, gapless, largest, powerOfTwo } from "../regression/columns.ts";
import { firstDependent, roundingOf } from "../regression/dependence.ts";
import { termColumns } from "./deterministic.ts";
import { HouseholderQr } from "../regression/householder.ts";
import { JOHANSEN_TABLES, type JohansenTable } from "./johansen_tables.ts";
import { sumOfSquares } from "../regression/least_squares.ts";
import { singularValues } from "../regression/singular_values.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Options of {@link johansen}. */
export interface JohansenOptions {
  /**
   * Deterministic terms: -1 none, 0 a constant, 1 a linear trend taken out of the levels first.
   * @default 0
   */
  readonly detOrder?: -1 | 0 | 1;
  /** Lagged differences in the model (the order of the VAR in levels less one). @default 1 */
  readonly lagDiff?: number;
  /**
   * A constant inside the relations and none outside (no drift), for `detOrder` -1. Its weight is the
   * last of each vector. There are no tables for it here: critical values and rank are NaN.
   * @default false
   */
  readonly restrictedConstant?: boolean;
  /** Rows to a year, for centred seasonal dummies outside the relations. @default none */
  readonly seasons?: number;
}

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
  /** Critical values at 90, 95 and 99 %, a row for each r; NaN beyond twelve series. */
  readonly criticalTrace: readonly (readonly [number, number, number])[];
  readonly criticalMaxEigen: readonly (readonly [number, number, number])[];
  /**
   * A cointegrating vector for each eigenvalue, weights of the series in their order, with `v' Skk v = 1`
   * and the first weight positive.
   */
  readonly vectors: readonly Float64Array[];
  /** Rows of the regressions. */
  readonly nobs: number;
  /** Hypotheses rejected in turn at 95 % by the trace, the number of relations; NaN without a table. */
  readonly rank: number;
}

/**
 * Johansen's test of the number of cointegrating relations, with the semantics of statsmodels'
 * `coint_johansen`: `Δx_t` and `x_{t-k}` are cleared of the lagged differences (and of a constant, when
 * `detOrder` ≥ 0), and the eigenvalues are the squared canonical correlations of what is left.
 *
 * They are found from the bases of two QR factorisations (Björck & Golub, Math. Comp. 27, 1973); the
 * moment matrices of the textbooks, which square the condition of price levels, are never formed.
 *
 * Sources: S. Johansen, Econometrica 59, 1991; critical values by MacKinnon, Haug & Michelis 1999.
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
 * const test = johansen([y, x]);
 * assert.ok(test.trace[0]! > test.criticalTrace[0]![2]);
 * const [a, b] = test.vectors[0]!;
 * assert.equal((-b! / a!).toFixed(1), "2.0");
 * ```
 */
export function johansen(series: readonly Column[], options: JohansenOptions = {}): JohansenResult {
  const model = checkModel(options);
  const { detOrder, lagDiff, restrictedConstant } = model;
  if (series.length === 0) throw new RangeError("series must have a column, got none");
  const length = series[0]!.length;
  checkLengths(series, length, "series");
  const count = series.length;
  const nobs = length - 1 - lagDiff;
  const rows = nobs - count * lagDiff - (detOrder >= 0 ? 1 : 0) - Math.max(0, model.seasons - 1);
  const least = Math.max(LEAST, length - rows + 2 * count + (restrictedConstant ? 1 : 0));
  if (length < least) {
    throw new StatisticsError(
      "too-few",
      `${count} series with ${lagDiff} lags need ${least} rows, there are ${length}`,
    );
  }
  const levels = series.map((column, j) => prepareLevel(gapless(column, `series ${j}`), j, model));
  const { differences, lagged } = clearOfLags(levels, model);
  const { values, vectors } = canonicalCorrelations(differences, lagged, nobs);
  if (!(values[0]! ** 2 <= 1 - EXACT)) throw exactPast();

  const eigenvalues = values.slice(0, count).map((value) => value * value);
  const maxEigen = eigenvalues.map((value) => -nobs * Math.log1p(-value));
  const trace = maxEigen.map((_, r) => maxEigen.subarray(r).reduce((sum, value) => sum + value, 0));
  const critical = (table: JohansenTable) => criticalRows(restrictedConstant ? [] : table, count);
  const { trace: traceTable, maxEigen: maxTable } = JOHANSEN_TABLES[detOrder];
  const criticalTrace = critical(traceTable);
  return {
    eigenvalues,
    trace,
    maxEigen,
    criticalTrace,
    criticalMaxEigen: critical(maxTable),
    vectors: vectors.slice(0, count).map((vector) =>
      oriented(vector.map((value, j) => value / (levels[j]?.scale ?? 1)))
    ),
    nobs,
    rank: countRelations(trace, criticalTrace),
  };
}

function checkModel(options: JohansenOptions): Required<JohansenOptions> {
  const { detOrder = 0, lagDiff = 1, restrictedConstant = false, seasons = 0 } = options;
  if (!JOHANSEN_TABLES[detOrder]) {
    throw new RangeError(`detOrder must be -1, 0 or 1, got ${detOrder}`);
  }
  if (restrictedConstant && detOrder !== -1) {
    throw new RangeError(`restrictedConstant needs detOrder -1, got ${detOrder}`);
  }
  checkWhole("lagDiff", lagDiff, 0);
  checkWhole("seasons", seasons, 0);
  return { detOrder, lagDiff, restrictedConstant, seasons };
}

function criticalRows(
  table: JohansenTable,
  count: number,
): (readonly [number, number, number])[] {
  return Array.from({ length: count }, (_, r) => table[count - r - 1] ?? [NaN, NaN, NaN]);
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

/** True for a line up to the rounding of its values: what is left of it would be noise. */
function isStraight(x: Float64Array): boolean {
  const rounding = 4 * Number.EPSILON * largest(x);
  return x.every((value, row) =>
    row < 2 || Math.abs(value - 2 * x[row - 1]! + x[row - 2]!) <= rounding
  );
}

/** A column and the rounding of a value that it brought along. */
interface Rounded {
  readonly values: Float64Array;
  readonly rounding: number;
}

/** A series cleared of its terms and divided by a power of two. */
function prepareLevel(
  x: Float64Array,
  index: number,
  { detOrder, lagDiff }: Required<JohansenOptions>,
): Rounded & { readonly scale: number } {
  if (x.every((value) => value === x[0])) {
    throw new StatisticsError("constant", `series ${index} never changes; leave it out`);
  }
  if ((detOrder >= 0 || lagDiff > 0) && isStraight(x)) {
    throw new StatisticsError(
      "singular",
      `series ${index} is a straight line, which the terms of the model take away; leave it out`,
    );
  }
  const values = detOrder < 0 ? x.slice() : x.map((value) => value - x[0]!);
  const scale = powerOfTwo(largest(values));
  for (let row = 0; row < values.length; row++) values[row]! /= scale;
  if (detOrder >= 0) {
    const terms = new HouseholderQr(termColumns(detOrder === 1 ? "ct" : "c", x.length));
    terms.applyTransposed(values);
    values.fill(0, 0, terms.count);
    terms.applyForward(values);
  }
  return { values, scale, rounding: Number.EPSILON * largest(x) / scale };
}

/** Differences and lagged levels, in coordinates orthogonal to the lagged differences and the constant. */
function clearOfLags(
  levels: readonly Rounded[],
  { detOrder, lagDiff, restrictedConstant, seasons }: Required<JohansenOptions>,
): { differences: Rounded[]; lagged: Rounded[] } {
  const steps = levels.map(({ values, rounding }) => ({
    values: values.slice(1).map((value, row) => value - values[row]!),
    rounding,
  }));
  const length = steps[0]!.values.length;
  const cut = ({ values, rounding }: Rounded, from: number, to: number) => ({
    values: values.slice(from, to),
    rounding,
  });
  const ones = { values: new Float64Array(length - lagDiff).fill(1), rounding: 0 };
  const design: Rounded[] = detOrder < 0 ? [] : [cut(ones, 0, length)];
  for (let season = 1; season < seasons; season++) {
    const values = ones.values.map((_, row) => (row % seasons === season ? 1 : 0) - 1 / seasons);
    design.push({ values, rounding: 0 });
  }
  const terms = design.length;
  for (let lag = 1; lag <= lagDiff; lag++) {
    for (const step of steps) design.push(cut(step, lagDiff - lag, length - lag));
  }
  const differences = steps.map((step) => cut(step, lagDiff, length));
  const lagged = levels.map((level) => cut(level, 1, length + 1 - lagDiff));
  if (restrictedConstant) lagged.push(ones);
  const roundings = lengthsOfRounding(design);
  const all = [...design, ...differences, ...lagged].map(({ values }) => values);
  const qr = new HouseholderQr(all, design.length);
  // The reflections are done in place: what they leave stands below the factored columns.
  for (const { values } of differences) {
    const rest = sumOfSquares(values.subarray(design.length));
    if (rest <= Number.EPSILON * sumOfSquares(values.subarray(terms))) throw exactPast();
  }
  checkIndependent(qr, roundings);
  const rest = (column: Rounded) => cut(column, design.length, column.values.length);
  return { differences: differences.map(rest), lagged: lagged.map(rest) };
}

/**
 * Canonical correlations of two sets of columns, and the combinations of the second set that have them,
 * with unit mean square over `nobs`.
 */
function canonicalCorrelations(
  first: readonly Rounded[],
  second: readonly Rounded[],
  nobs: number,
): { values: Float64Array; vectors: Float64Array[] } {
  const [a, b] = [first, second].map((columns) => {
    const roundings = lengthsOfRounding(columns);
    const qr = new HouseholderQr(columns.map(({ values }) => values.slice()));
    checkIndependent(qr, roundings);
    return qr;
  }) as [HouseholderQr, HouseholderQr];
  const basis = b.thinQ();
  basis.forEach((column) => a.applyTransposed(column));
  const { values, vectors } = singularValues(basis.map((column) => column.slice(0, a.count)));
  return {
    values,
    vectors: vectors.map((vector) => b.solve(vector).map((value) => value * Math.sqrt(nobs))),
  };
}

function lengthsOfRounding(columns: readonly Rounded[]): number[] {
  return columns.map(({ values, rounding }) => {
    const rows = values.length, norm = Math.sqrt(sumOfSquares(values));
    return roundingOf({ rows, count: 10 * columns.length, rounding: 2 * rounding, norm });
  });
}

function checkIndependent(qr: HouseholderQr, roundings: readonly number[]): void {
  if (firstDependent(qr, roundings) < 0) return;
  throw new StatisticsError(
    "singular",
    "a series is a combination of the others or of its own lags; leave it out",
  );
}

function exactPast(): StatisticsError {
  return new StatisticsError(
    "perfect-fit",
    "a series or a combination of them follows the past exactly, which leaves nothing to judge by",
  );
}

function oriented(vector: Float64Array): Float64Array {
  const first = vector.find((value) => value !== 0) ?? 1;
  return first < 0 ? vector.map((value) => -value) : vector;
}
