import { ols } from "../stats/regression/ols.ts";
import { checkLengths, type Column, gapless } from "../stats/regression/columns.ts";
import { normalSurvival } from "../stats/distributions/distributions.ts";
import { StatisticsError } from "../stats/statistics_error.ts";

/** Whether the newest rows of a pair still move as the older ones did. */
export interface PairBreak {
  /** `changed` from p < 0.001 on; `unknown` with too few rows. */
  readonly state: "holds" | "changed" | "unknown";
  /** Newest rows that differ most from those before them; NaN while unknown, as what follows. */
  readonly rows: number;
  /** Of all that was looked at, by Bonferroni. */
  readonly pvalue: number;
  /** What y moves with a move of x of 1 in the same bar, before and since. */
  readonly response: readonly [number, number];
  /** Share of the spread that is gone a bar later, before and since; 0 is no reversion. */
  readonly reversion: readonly [number, number];
  /** Why nothing can be said; undefined otherwise. */
  readonly reason: string | undefined;
}

/** Newest rows that are compared with those before them. */
const LOOKS = [60, 120, 240];
/** Fewest rows before them. */
const LEAST_BEFORE = 120;
const CHANGED = 0.001;

/**
 * Compares the newest rows of a pair with the older ones: the error-correction model
 * `Δy = a + b Δx + g s` of each, `s` the spread one row before by the line of the older rows alone, so that the newest
 * are not judged by a line that was fitted to them. Differences of b and g are in errors that stand changing volatility
 * (HC3), over three lengths of newest rows at once.
 *
 * It says that the relation changed, not that there was one: see the tests of cointegration for that.
 *
 * Source: R. F. Engle & C. W. J. Granger, Econometrica 55, 1987 (the model); G. C. Chow, Econometrica 28, 1960.
 *
 * @param y log prices without gaps, in time order. @param x the same of the other side.
 * @throws {StatisticsError} `missing`. @throws {RangeError} when lengths differ.
 */
export function pairBreak(y: Column, x: Column): PairBreak {
  checkLengths([x], y.length, "x");
  return between(gapless(y, "y"), gapless(x, "x"));
}

function between(y: Float64Array, x: Float64Array): PairBreak {
  const n = y.length;
  const looks = LOOKS.filter((rows) => n - rows >= LEAST_BEFORE);
  if (looks.length === 0) {
    const least = LOOKS[0]! + LEAST_BEFORE;
    return unknown(`it takes ${least} rows without a gap, there are ${n}`);
  }
  try {
    const found = looks.map((rows) => lookAt(y, x, rows));
    const best = found.reduce((one, other) => other.pvalue < one.pvalue ? other : one);
    const pvalue = Math.min(1, best.pvalue * 2 * looks.length);
    const { rows, response, reversion } = best;
    const state = pvalue < CHANGED ? "changed" : "holds";
    return { state, rows, pvalue, response, reversion, reason: undefined };
  } catch (error) {
    if (!(error instanceof StatisticsError)) throw error;
    return unknown(error.message);
  }
}

function lookAt(y: Column, x: Column, rows: number) {
  const cut = y.length - rows;
  const part = (column: Column) => Float64Array.from({ length: cut }, (_, row) => column[row]!);
  const [alpha, beta] = ols(part(y), [part(x)]).params as unknown as [number, number];
  const spread = Float64Array.from(
    { length: y.length },
    (_, row) => y[row]! - beta * x[row]! - alpha,
  );
  const before = corrected(y, x, spread, 1, cut), since = corrected(y, x, spread, cut, y.length);
  const score = (name: "response" | "reversion") =>
    (since[name].value - before[name].value) / Math.hypot(since[name].se, before[name].se);
  // A spread that reverts faster is no break, and short stretches seem to.
  const pvalue = Math.min(
    2 * normalSurvival(Math.abs(score("response"))),
    normalSurvival(-score("reversion")),
  );
  return {
    rows,
    pvalue,
    response: [before.response.value, since.response.value] as const,
    reversion: [before.reversion.value, since.reversion.value] as const,
  };
}

/** The error-correction model of rows in `[from, to)`. */
function corrected(y: Column, x: Column, spread: Float64Array, from: number, to: number) {
  const column = (value: (row: number) => number) =>
    Float64Array.from({ length: to - from }, (_, i) => value(from + i));
  const fit = ols(column((row) => y[row]! - y[row - 1]!), [
    column((row) => x[row]! - x[row - 1]!),
    column((row) => spread[row - 1]!),
  ]);
  const { bse } = fit.hc3;
  return {
    response: { value: fit.params[1]!, se: bse[1]! },
    reversion: { value: -fit.params[2]!, se: bse[2]! },
  };
}

function unknown(reason: string): PairBreak {
  const none = [NaN, NaN] as const;
  return { state: "unknown", rows: NaN, pvalue: NaN, response: none, reversion: none, reason };
}
