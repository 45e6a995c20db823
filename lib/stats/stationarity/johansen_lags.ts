import { canonicalCorrelations, checkUnexplained, type Rounded } from "./canonical_correlations.ts";
import { HouseholderQr } from "../regression/householder.ts";
import type { JohansenLagRule } from "./johansen_terms.ts";
import type { JohansenColumns } from "./johansen_columns.ts";

/** Lags taken for each that the modified criterion finds, and its cost of a coefficient: both by simulation. */
const MORE = 2, COST = 2.5;

/**
 * The number of lagged differences by a criterion, smallest first, over one sample: that of the most lags,
 * `columns`. One QR over all lags serves each number of them: what fewer lags leave of a column are the rows
 * of Q' times it below those lags.
 *
 * With S the covariance of the differences given the lags, the trace statistic for no relation, p series and
 * T rows, the criteria are `T ln|S| ∓ trace + c p² lags`: AIC (c = 2) and BIC (c = ln T) of the VAR in levels
 * with minus, the modified AIC of Z. Qu & P. Perron (Econometric Theory 23, 2007) with plus: lags that are missing
 * show in the trace, so a large trace speaks against them. Their c = 2 picks the lags with the least trace where
 * none are needed, and too few under bounce; with c = 2.5 and twice the lags, unrelated walks of 250 to 4,000
 * rows are rejected in 4 to 6 %, with and without bounce.
 */
export function chooseLags(
  columns: JohansenColumns,
  rule: JohansenLagRule,
  most: number,
): number {
  const { terms, lags, differences, lagged } = columns;
  const count = differences.length, rows = differences[0]!.values.length;
  const all = [...terms, ...lags, ...differences, ...lagged].map(({ values }) => values.slice());
  const factored = terms.length + lags.length;
  new HouseholderQr(all, factored);
  const rest = all.slice(factored);
  checkUnexplained(rest.slice(0, count).map((values) => ({ values })), terms.length, factored);
  const roundings = [...differences, ...lagged].map(({ rounding }) => rounding);
  // The rows below all lags, which every number of lags leaves, as a triangle.
  const bottom = rest.map((values) => values.slice(factored));
  const triangle = new HouseholderQr(bottom);
  const width = Math.min(bottom.length, bottom[0]!.length);
  const cost = { maic: COST, aic: 2, bic: Math.log(rows) }[rule];
  let best = 0, least = Infinity;
  for (let lag = 0; lag <= most; lag++) {
    const from = terms.length + lag * count;
    const left: Rounded[] = rest.map((values, j) => {
      const column = new Float64Array(factored - from + width);
      column.set(values.subarray(from, factored));
      for (let i = 0; i < width && i <= j; i++) {
        column[factored - from + i] = i === j ? triangle.diagonal[j]! : triangle.upper(i, j);
      }
      return { values: column, rounding: roundings[j]! };
    });
    const { values } = canonicalCorrelations(left.slice(0, count), left.slice(count), rows);
    const trace = -rows * values.reduce((sum, value) => sum + Math.log1p(-value * value), 0);
    const size = rows * logDeterminant(left.slice(0, count));
    const penalty = cost * count * count * lag;
    const criterion = (rule === "maic" ? size + trace : size - trace) + penalty;
    if (criterion < least) [best, least] = [lag, criterion];
  }
  return rule === "maic" ? Math.min(most, Math.ceil(MORE * best)) : best;
}

/** Of the moments of the columns, less a constant. */
function logDeterminant(columns: readonly Rounded[]): number {
  const { diagonal } = new HouseholderQr(columns.map(({ values }) => values.slice()));
  return diagonal.reduce((sum, value) => sum + 2 * Math.log(Math.abs(value)), 0);
}
