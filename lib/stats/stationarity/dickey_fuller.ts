import { largest, powerOfTwo } from "../regression/columns.ts";
import { countTerms, termColumns } from "./deterministic.ts";
import { HouseholderQr } from "../regression/householder.ts";
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
 * @throws {StatisticsError} `too-few`, `constant`, `singular`, `perfect-fit`.
 */
export function dickeyFuller(
  x: Float64Array,
  terms: Deterministic,
  rule: LagRule,
  maxLag?: number | null,
): DickeyFuller {
  if (x.every((value) => value === x[0])) {
    throw new StatisticsError(
      "constant",
      "the series never changes, so it has no unit root to test",
    );
  }
  const most = longestLag(x.length, countTerms(terms, "regression"), maxLag);
  const series = scaled(x, terms);
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
  /** Rounding of the data, in scaled differences. */
  readonly rounding: number;
}

function scaled(x: Float64Array, terms: Deterministic): Scaled {
  const differences = new Float64Array(x.length - 1);
  for (let row = 1; row < x.length; row++) differences[row - 1] = x[row]! - x[row - 1]!;
  const scale = powerOfTwo(largest(differences));
  for (let row = 0; row < differences.length; row++) differences[row]! /= scale;
  // With a constant in the regression the level of the series is free.
  const anchor = terms === "n" ? 0 : x[0]!;
  const level = x.map((value) => value - anchor);
  const levelScale = powerOfTwo(largest(level));
  for (let row = 0; row < level.length; row++) level[row]! /= levelScale;
  return { level, differences, scale, rounding: Number.EPSILON * largest(x) / scale };
}

/** Schwert's ⌈12 (n/100)^¼⌉ or what was asked for, where a residual degree of freedom remains. */
function longestLag(n: number, terms: number, maxLag?: number | null): number {
  const room = Math.min(Math.floor(n / 2) - terms - 1, Math.floor((n - 3 - terms) / 2));
  if (maxLag != null && (!Number.isSafeInteger(maxLag) || maxLag < 0)) {
    throw new RangeError(`maxLag must be a whole number of at least 0, got ${maxLag}`);
  }
  const lag = maxLag ?? Math.min(room, Math.ceil(12 * (n / 100) ** 0.25));
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
  const rows = series.differences.length - maxLag;
  const fixed = [...termColumns(terms, rows), series.level.slice(maxLag, -1)];
  const lags = lagColumns(series, maxLag, maxLag);
  const { qr, rotated, kept } = factorIndependent(fixed, lags, series.differences.slice(maxLag));

  // Squared residuals with all columns, then with one fewer each time: only sums, nothing cancels.
  let ssr = sumOfSquares(rotated.subarray(qr.count));
  let column = qr.count - 1;
  let best = { lag: maxLag, icBest: rule === "t-stat" ? 0 : Infinity };
  for (let lag = maxLag; lag >= 0; lag--) {
    const count = column + 1;
    const isLast = lag === 0 || kept[column - fixed.length] === lag;
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
  const fixed = termColumns(terms, nobs);
  const lags = lagColumns(series, lag, lag);
  const target = series.differences.slice(lag);
  // The level comes last, where its t-value needs neither coefficients nor inverse.
  const { qr, rotated } = factorIndependent(fixed, lags, target, series.level.slice(lag, -1));
  const ssr = sumOfSquares(rotated.subarray(qr.count));
  if (!(Math.sqrt(ssr / nobs) > 2 * series.rounding)) {
    throw new StatisticsError(
      "perfect-fit",
      "the series follows its past exactly, which leaves nothing to judge a unit root by",
    );
  }
  const last = qr.count - 1;
  const size = rotated[last]! / Math.sqrt(ssr / (nobs - qr.count));
  return { stat: size * Math.sign(qr.diagonal[last]!), usedLag: lag, nobs };
}

/**
 * QR of the fixed columns, the lags, and a last column, without those lags that depend on what stands
 * before them; `kept` numbers the lags that remain.
 */
function factorIndependent(
  fixed: readonly Float64Array[],
  lags: readonly Float64Array[],
  target: Float64Array,
  last?: Float64Array,
): { qr: HouseholderQr; rotated: Float64Array; kept: number[] } {
  const kept = lags.map((_, j) => j + 1);
  for (;;) {
    const design = [...fixed, ...kept.map((lag) => lags[lag - 1]!), ...(last ? [last] : [])];
    const rotated = target.slice();
    const qr = new HouseholderQr(
      [...design.map((column) => column.slice()), rotated],
      design.length,
    );
    const dependent = design.findIndex((column, j) => {
      const working = 10 * design.length * Number.EPSILON * Math.sqrt(sumOfSquares(column));
      return Math.abs(qr.diagonal[j]!) <= working;
    });
    if (dependent < 0) return { qr, rotated, kept };
    if (dependent < fixed.length || dependent >= fixed.length + kept.length) {
      throw new StatisticsError(
        "singular",
        "the level is a combination of the trend and the lags, so it has no coefficient of its own",
      );
    }
    kept.splice(dependent - fixed.length, 1);
  }
}
