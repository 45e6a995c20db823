import { checkWhole } from "../check_whole.ts";
import { largest, powerOfTwo } from "../regression/columns.ts";
import { firstDependent, roundingOf, roundingReach } from "../regression/dependence.ts";
import { countTerms, termColumns } from "./deterministic.ts";
import { HouseholderQr } from "../regression/householder.ts";
import { schwertLag } from "./short_samples.ts";
import { sumOfSquares } from "../regression/least_squares.ts";
import type { Deterministic } from "./mackinnon_tables.ts";
import { StatisticsError } from "../statistics_error.ts";

/** How the number of lagged differences is chosen; null takes `maxLag` itself. */
export type LagRule = "aic" | "bic" | "t-stat" | null;

/** The normal quantile of 95 %. */
const SIGNIFICANT = 1.6448536269514722;

/** The augmented Dickey–Fuller regression. */
export interface DickeyFuller {
  /** t-value of the level. */
  readonly stat: number;
  readonly usedLag: number;
  /** Rows of the final regression. */
  readonly nobs: number;
  /** The criterion at its best: AIC, BIC or |t| of the last lag; NaN without a rule. */
  readonly icBest: number;
}

/**
 * Regresses `Δx_t` on `x_{t-1}`, `Δx_{t-1} .. Δx_{t-p}` and the deterministic terms. One QR over the
 * sample that `maxLag` leaves serves every p, since the squared residuals of p lags are those of p + 1
 * plus one squared element of Q'y; the chosen p is then fitted on its own longer sample.
 *
 * Lags that are combinations of the columns before them (a stretch without a price change) add nothing
 * and are never chosen.
 *
 * @param x finite numbers.
 * @param rounding of the values of x, where they come from a calculation with larger numbers.
 * @throws {StatisticsError} `too-few`, `constant`, `singular`, `perfect-fit`.
 */
export function dickeyFuller(
  x: Float64Array,
  terms: Deterministic,
  rule: LagRule,
  maxLag?: number | null,
  rounding = 0,
): DickeyFuller {
  if (x.every((value) => value === x[0])) {
    throw new StatisticsError(
      "constant",
      "the series never changes, so it has no unit root to test",
    );
  }
  const most = longestLag(x.length, countTerms(terms, "regression"), maxLag);
  const series = scaled(x, terms, rounding);
  if (rule === null) return { ...refit(series, terms, most), icBest: NaN };
  const { lag, icBest } = chooseLag(series, terms, rule, most);
  return { ...refit(series, terms, lag), icBest };
}

/** Level and differences of a series, each divided by a power of two. */
interface Scaled {
  readonly level: Float64Array;
  readonly differences: Float64Array;
  /** What the differences were divided by. */
  readonly scale: number;
  /** Rounding of a value of the level and of the differences, as divided. */
  readonly levelRounding: number;
  readonly differenceRounding: number;
}

function scaled(x: Float64Array, terms: Deterministic, rounding: number): Scaled {
  const differences = new Float64Array(x.length - 1);
  for (let row = 1; row < x.length; row++) differences[row - 1] = x[row]! - x[row - 1]!;
  const scale = powerOfTwo(largest(differences));
  for (let row = 0; row < differences.length; row++) differences[row]! /= scale;
  // With a constant in the regression the level of the series is free.
  const anchor = terms === "n" ? 0 : x[0]!;
  const level = x.map((value) => value - anchor);
  const levelScale = powerOfTwo(largest(level));
  for (let row = 0; row < level.length; row++) level[row]! /= levelScale;
  const most = Math.max(Number.EPSILON * largest(x), rounding);
  const levelRounding = most / levelScale, differenceRounding = most / scale;
  return { level, differences, scale, levelRounding, differenceRounding };
}

/** Schwert's lag or what was asked for, where a residual degree of freedom remains. */
function longestLag(n: number, terms: number, maxLag?: number | null): number {
  const room = Math.min(Math.floor(n / 2) - terms - 1, Math.floor((n - 3 - terms) / 2));
  if (maxLag != null) checkWhole("maxLag", maxLag, 0);
  const lag = maxLag ?? Math.min(room, schwertLag(n));
  if (room >= 0 && lag <= room) return lag;
  throw new StatisticsError(
    "too-few",
    room < 0
      ? `${n} values are too few for a unit-root regression`
      : `${n} values leave room for ${room} lags, maxLag is ${lag}`,
  );
}

/** Columns Δx_{t-1} .. Δx_{t-lags} for the rows from `start` on. */
function lagColumns({ differences }: Scaled, lags: number, start: number): Float64Array[] {
  return Array.from({ length: lags }, (_, j) => {
    return differences.slice(start - j - 1, differences.length - j - 1);
  });
}

function chooseLag(
  series: Scaled,
  terms: Deterministic,
  rule: "aic" | "bic" | "t-stat",
  maxLag: number,
): { lag: number; icBest: number } {
  const { qr, rotated, kept, fixed } = project(series, terms, maxLag, "level first");
  const rows = series.differences.length - maxLag;

  // Squared residuals with all columns, then with one fewer each time: only sums, nothing cancels.
  let ssr = sumOfSquares(rotated.subarray(qr.count));
  let column = qr.count - 1;
  let best = { lag: maxLag, icBest: rule === "t-stat" ? 0 : Infinity };
  for (let lag = maxLag; lag >= 0; lag--) {
    const count = column + 1;
    const isLast = lag === 0 || kept[column - fixed] === lag;
    if (rule === "t-stat") {
      const t = Math.abs(rotated[column]!) / Math.sqrt(ssr / (rows - count));
      if (isLast) best = { lag, icBest: t };
      if (isLast && t >= SIGNIFICANT) break;
    } else {
      const penalty = rule === "aic" ? 2 : Math.log(rows);
      const fit = Math.log(2 * Math.PI) + Math.log(ssr / rows) + 2 * Math.log(series.scale) + 1;
      const criterion = rows * fit + penalty * count;
      // Downwards, so that a tie goes to fewer lags.
      if (criterion <= best.icBest) best = { lag, icBest: criterion };
    }
    if (isLast && lag > 0) {
      ssr += rotated[column]! ** 2;
      column--;
    }
  }
  return best;
}

function refit(
  series: Scaled,
  terms: Deterministic,
  lag: number,
): { stat: number; usedLag: number; nobs: number } {
  const nobs = series.differences.length - lag;
  // The level comes last, where its t-value needs neither coefficients nor inverse.
  const { qr, rotated, roundings, own } = project(series, terms, lag, "level last");
  const ssr = sumOfSquares(rotated.subarray(qr.count));
  const reach = roundingReach(qr.solve(rotated), roundings, own);
  if (Math.sqrt(ssr) <= reach || isExplained(rotated, terms, qr.count)) throw exactPast();
  const last = qr.count - 1;
  const size = rotated[last]! / Math.sqrt(ssr / (nobs - qr.count));
  return { stat: size * Math.sign(qr.diagonal[last]!), usedLag: lag, nobs };
}

/** Whether next to nothing (1.5e-8) is left of what the terms alone leave of the differences. */
function isExplained(rotated: Float64Array, terms: Deterministic, count: number): boolean {
  const whole = sumOfSquares(rotated.subarray(countTerms(terms, "regression")));
  return sumOfSquares(rotated.subarray(count)) <= Number.EPSILON * whole;
}

function exactPast(): StatisticsError {
  return new StatisticsError(
    "perfect-fit",
    "the series follows its past exactly, which leaves nothing to judge a unit root by",
  );
}

/**
 * QR of the terms, the level and the lags (the level after the terms, or at the end) without those lags
 * that depend on what stands before them. `kept` numbers the lags that remain, `fixed` counts the columns
 * before them, `rotated` is Q' times the differences.
 */
function project(
  series: Scaled,
  terms: Deterministic,
  lags: number,
  order: "level first" | "level last",
) {
  const rows = series.differences.length - lags;
  const columns = lagColumns(series, lags, lags);
  const trend = termColumns(terms, rows).map((column) => ({ column, rounding: 0 }));
  const level = { column: series.level.slice(lags, -1), rounding: series.levelRounding };
  const before = order === "level first" ? [...trend, level] : trend;
  const after = order === "level first" ? [] : [level];
  const target = series.differences.slice(lags);
  const kept = columns.map((_, j) => j + 1);
  for (;;) {
    const middle = kept.map((lag) => ({
      column: columns[lag - 1]!,
      rounding: series.differenceRounding,
    }));
    const design = [...before, ...middle, ...after];
    const lengthOf = ({ column, rounding }: { column: Float64Array; rounding: number }) => {
      const norm = Math.sqrt(sumOfSquares(column));
      return roundingOf({ rows, count: design.length, rounding, norm });
    };
    const roundings = design.map(lengthOf);
    const rotated = target.slice();
    const qr = new HouseholderQr(
      [...design.map(({ column }) => column.slice()), rotated],
      design.length,
    );
    const dependent = firstDependent(qr, roundings);
    if (dependent < 0) {
      const own = lengthOf({ column: target, rounding: series.differenceRounding });
      return { qr, rotated, kept, roundings, own, fixed: before.length };
    }
    if (dependent < before.length || dependent >= before.length + kept.length) {
      if (kept.length > 0 && isExplained(rotated, terms, qr.count)) throw exactPast();
      throw new StatisticsError(
        "singular",
        "the level is a combination of the trend and the lags, so it has no coefficient of its own",
      );
    }
    kept.splice(dependent - before.length, 1);
  }
}
