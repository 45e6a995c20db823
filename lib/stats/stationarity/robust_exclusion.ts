import { fSurvival } from "../distributions/distributions.ts";
import type { HouseholderQr } from "../regression/householder.ts";
import { sumOfSquares } from "../regression/least_squares.ts";
import { type RandomSource, seededRandom } from "../seeded_random.ts";

/** What the tests are asked for. */
export interface ExclusionOptions {
  /** Columns tested, the last of the design. */
  readonly tested: number;
  readonly hacLags?: number | undefined;
  readonly wild?: { readonly replications?: number; readonly random?: RandomSource } | undefined;
}

/**
 * Tests that the last columns of a regression say nothing, robust to volatility that moves. In the
 * orthonormal columns q of the design a coefficient's test needs no inverse: with `z = Q₂' y` and the scores
 * `s = q e`, Wald's statistic is `z' (Σ s s')⁻¹ z`.
 *
 * @param rotated `Q' y`, the target in the factored design.
 */
export function robustTests(
  qr: HouseholderQr,
  rotated: Float64Array,
  { tested, hacLags, wild }: ExclusionOptions,
) {
  const { count, rows } = qr, first = count - tested;
  const dfDenominator = rows - count;
  const columns = qr.thinQ(), testedColumns = columns.slice(first);
  const target = rotated.slice(first, count);
  const resid = residualsBehind(qr, rotated, count);
  const byF = (middle: Float64Array[]) => {
    const stat = quadraticForm(middle, target) / tested;
    return { stat, pvalue: fSurvival(stat, tested, dfDenominator), df: tested, dfDenominator };
  };
  const lags = Math.min(rows - 1, hacLags ?? Math.floor(4 * (rows / 100) ** (2 / 9)));
  return {
    hc3Test: byF(middleOf(scoresOf(testedColumns, leaveOneOut(columns, resid)), 0)),
    hacTest: { ...byF(middleOf(scoresOf(testedColumns, resid), lags)), hacLags: lags },
    wildTest: wild === undefined
      ? undefined
      : wildTest(scoresOf(testedColumns, residualsBehind(qr, rotated, first)), target, wild),
  };
}

/**
 * Wald's statistic by HC3 for leaving out all columns from each one on: element `j` for the columns `j..`;
 * the last is 0. In place of `n ln SSR` where the variance moves.
 */
export function robustLosses(qr: HouseholderQr, rotated: Float64Array): Float64Array {
  const { count } = qr;
  const columns = qr.thinQ();
  const free = leaveOut(columns, residualsBehind(qr, rotated, count));
  // Last column first: the forms of all its endings come out of one factorisation.
  const middle = middleOf(scoresOf(columns.toReversed(), free), 0);
  const parts = solveLower(choleskyOf(middle), rotated.slice(0, count).reverse());
  const losses = new Float64Array(count + 1);
  for (let j = count - 1; j >= 0; j--) losses[j] = losses[j + 1]! + parts[count - 1 - j]! ** 2;
  return losses;
}

/**
 * Residuals by HC4 (F. Cribari-Neto, Computational Statistics & Data Analysis 45, 2004), which trusts rows that
 * lie far out less than HC3: with many columns at once HC3 still takes a burst for a relation.
 */
function leaveOut(columns: readonly Float64Array[], resid: Float64Array): Float64Array {
  const leverage = leverageOf(columns), mean = columns.length / resid.length;
  return resid.map((e, row) =>
    e / (1 - leverage[row]!) ** (Math.min(4, leverage[row]! / mean) / 2)
  );
}

/** Each residual as it would be had its row no say in the fit. */
function leaveOneOut(columns: readonly Float64Array[], resid: Float64Array): Float64Array {
  const leverage = leverageOf(columns);
  return resid.map((e, row) => e / (1 - leverage[row]!));
}

/** The weight of each row in its own fitted value. */
function leverageOf(columns: readonly Float64Array[]): Float64Array {
  const leverage = new Float64Array(columns[0]!.length);
  for (const q of columns) q.forEach((value, row) => leverage[row]! += value * value);
  return leverage;
}

/** What is left of the target behind the first `count` columns. */
function residualsBehind(qr: HouseholderQr, rotated: Float64Array, count: number): Float64Array {
  const left = rotated.slice();
  left.fill(0, 0, count);
  qr.applyForward(left);
  return left;
}

function scoresOf(columns: readonly Float64Array[], resid: Float64Array): Float64Array[] {
  return columns.map((column) => column.map((value, row) => value * resid[row]!));
}

/** Σ s s' with Bartlett weights for scores up to `lags` rows apart. */
function middleOf(scores: readonly Float64Array[], lags: number): Float64Array[] {
  const moment = (a: Float64Array, b: Float64Array, lag: number) => {
    let sum = 0;
    for (let row = lag; row < a.length; row++) sum += a[row]! * b[row - lag]!;
    return sum;
  };
  const size = scores.length;
  const middle = Array.from({ length: size }, () => new Float64Array(size));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const a = scores[i]!, b = scores[j]!;
      let sum = moment(a, b, 0);
      for (let lag = 1; lag <= lags; lag++) {
        sum += (1 - lag / (lags + 1)) * (moment(a, b, lag) + moment(b, a, lag));
      }
      middle[i]![j] = middle[j]![i] = sum;
    }
  }
  return middle;
}

/** `z' M⁻¹ z` by Cholesky; NaN where M is not positive definite. */
function quadraticForm(middle: readonly Float64Array[], z: ArrayLike<number>): number {
  return formOf(choleskyOf(middle), z);
}

function choleskyOf(matrix: readonly Float64Array[]): Float64Array[] {
  const lower = matrix.map((row) => row.slice());
  for (let j = 0; j < lower.length; j++) {
    for (let i = j; i < lower.length; i++) {
      let sum = matrix[i]![j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(sum) : sum / lower[j]![j]!;
    }
  }
  return lower;
}

/** Square of the w of `L w = z`. */
function formOf(lower: readonly Float64Array[], z: ArrayLike<number>): number {
  return sumOfSquares(solveLower(lower, z));
}

/** The w of `L w = z`. */
function solveLower(lower: readonly Float64Array[], z: ArrayLike<number>): Float64Array {
  const w = new Float64Array(lower.length);
  for (let i = 0; i < w.length; i++) {
    let rest = z[i]!;
    for (let k = 0; k < i; k++) rest -= lower[i]![k]! * w[k]!;
    w[i] = rest / lower[i]![i]!;
  }
  return w;
}

/** How often the scores with signs at random reach as far as they do with their own. */
function wildTest(
  scores: readonly Float64Array[],
  target: Float64Array,
  { replications = 999, random = seededRandom(1) }: NonNullable<ExclusionOptions["wild"]>,
) {
  const lower = choleskyOf(middleOf(scores, 0));
  const stat = formOf(lower, target);
  const rows = scores[0]!.length, signs = new Float64Array(rows);
  let asFar = 0;
  for (let draw = 0; draw < replications; draw++) {
    for (let row = 0; row < rows; row++) signs[row] = random() < 0.5 ? -1 : 1;
    const drawn = scores.map((score) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += signs[row]! * score[row]!;
      return sum;
    });
    if (formOf(lower, drawn) >= stat) asFar++;
  }
  const pvalue = (1 + asFar) / (1 + replications);
  return { stat, pvalue, df: scores.length, replications };
}
