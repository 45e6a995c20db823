import { checkWhole } from "../check_whole.ts";
import { type ZeroRun, zeroRuns } from "./zero_runs.ts";
import { centred, type Column, listColumns } from "../regression/columns.ts";
import { norm } from "../regression/least_squares.ts";
import { checkSquare } from "./garch.ts";
import { filterRegimes, type RegimePath } from "./regime_filter.ts";
import type { RegimeModel } from "./regime_model.ts";
import { baumWelch, type Rows, startModel } from "./regime_steps.ts";
import { type RandomSource, seededRandom } from "../seeded_random.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Options of {@link regimes}. */
export interface RegimesOptions {
  /**
   * Regimes, 1 to 6; `auto` fits 1, 2 and 3 of them and keeps the number with the least BIC. @default 2
   */
  readonly states?: number | "auto";
  /**
   * What the rows of one regime follow: Student's t, whose degrees of freedom are fitted too, one number for
   * all regimes, or a normal distribution, to which every fat tail is a regime of its own. @default
   * "student-t"
   */
  readonly emissions?: "student-t" | "normal";
  /** Rows of returns that are exactly 0 from which `zeroRuns` reports a run. @default 10 */
  readonly zeroRun?: number;
  /** Random starts; after a few rounds the likeliest quarter goes on, and of that one to the end. @default 20 */
  readonly starts?: number;
  /** Most Baum–Welch rounds of the last run. @default 500 */
  readonly maxIterations?: number;
  /** Gain in log-likelihood a round below which it stops. @default 1e-6 */
  readonly tolerance?: number;
  /**
   * What the regimes are ordered by, ascending: correlation of the first two columns, mean of the first,
   * or variance of the first. @default "correlation" of two or more columns, "mean" of one
   */
  readonly orderBy?: "correlation" | "mean" | "variance";
  /** Where the starts come from. @default seededRandom(1) */
  readonly random?: RandomSource;
}

/** Fitted regimes; they are their own {@link RegimeModel}, to run live. */
export interface Regimes extends RegimeModel, RegimePath {
  /** Correlation of the first two columns in each regime; NaN for one column. */
  readonly correlations: readonly number[];
  /** Rows that a stay in each regime lasts on average, `1 / (1 - p_ii)`. */
  readonly durations: readonly number[];
  /** Rows without a missing value. */
  readonly nobs: number;
  readonly aic: number;
  /** `-2 llf + k ln n`: the number of regimes with the least is to be preferred. */
  readonly bic: number;
  /** BIC of each number of regimes tried, from 1 on; undefined unless `states` was `auto`. */
  readonly bics: readonly number[] | undefined;
  /**
   * Stretches in which a column never moved. They are fitted like any rows, and are apt to make a regime of
   * their own that is none of the market's: leave them out as NaN, or take longer bars.
   */
  readonly zeroRuns: readonly ZeroRun[];
  /** Baum–Welch rounds, those of the start followed included. */
  readonly iterations: number;
  readonly converged: boolean;
}

/** Fewest complete rows, in all and for each regime. */
const LEAST = 200, LEAST_EACH = 50;

/**
 * Fits a hidden Markov model: K regimes, each with its own means and covariance, and a chain that passes
 * between them. Rows follow Student's t within a regime by default: with normal ones a single
 * market with fat tails passes for two or three. Baum–Welch (expectation–maximisation, scaled) from seeded starts; where the chain
 * begins is fitted too, and a passage is never taken for impossible (at least 1e-8).
 *
 * `probabilities` are filtered: each row rests on rows up to it, given the constants, which have seen all
 * rows. For live use and backtests fit on a training part and run `RegimeFilter` with the constants frozen.
 * Never fit on overlapping rolling statistics: their own inertia looks like regimes.
 *
 * J. D. Hamilton, Econometrica 57 (1989); L. E. Baum, T. Petrie, G. Soules & N. Weiss, Annals of
 * Mathematical Statistics 41 (1970); D. Peel & G. J. McLachlan, Statistics and Computing 10 (2000) for t.
 *
 * @param columns one column or several of returns; a row with a missing value says nothing.
 * @throws {StatisticsError} `too-few` (under 200 complete rows, or under 50 a regime), `constant` (a column that never
 * changes), `singular` (a column is a combination of the others).
 * @throws {RangeError} when an option is out of range, columns differ in length or are beyond 1e±140.
 *
 * @example
 * ```ts
 * import { regimes } from "./regimes.ts";
 * import { normalQuantile } from "../distributions/normal_quantile.ts";
 * import { seededRandom } from "../seeded_random.ts";
 * import assert from "node:assert/strict";
 * const random = seededRandom(3);
 * const x: number[] = [], y: number[] = [];
 * for (let t = 0; t < 600; t++) {
 *   const r = t % 300 < 150 ? 0 : 0.9, e = normalQuantile(random());
 *   x.push(e);
 *   y.push(r * e + Math.sqrt(1 - r * r) * normalQuantile(random()));
 * }
 * const { correlations } = regimes([x, y], { starts: 5 });
 * assert.ok(correlations[0]! < 0.25 && correlations[1]! > 0.8);
 * ```
 */
export function regimes(
  columns: Column | readonly Column[],
  options: RegimesOptions = {},
): Regimes {
  if (options.states !== "auto") return fitRegimes(columns, options);
  const fits = AUTO.map((states) => fitRegimes(columns, { ...options, states }));
  const bics = fits.map(({ bic }) => bic);
  return { ...fits[bics.indexOf(Math.min(...bics))]!, bics };
}

/** Numbers of regimes that `auto` tries. */
const AUTO = [1, 2, 3];

function fitRegimes(columns: Column | readonly Column[], options: RegimesOptions): Regimes {
  const { emissions = "student-t", zeroRun = 10 } = options;
  if (emissions !== "student-t" && emissions !== "normal") {
    throw new RangeError(`emissions must be "student-t" or "normal", got ${emissions}`);
  }
  checkWhole("zeroRun", zeroRun, 2);
  const { states = 2, starts = 20, maxIterations = 500, tolerance = 1e-6 } = options;
  checkCount("states", states, 6);
  checkCount("starts", starts, 1e4);
  checkCount("maxIterations", maxIterations, 1e6);
  const list = listColumns(columns);
  const { orderBy = list.length > 1 ? "correlation" : "mean", random = seededRandom(1) } = options;
  if (orderBy === "correlation" && list.length < 2) {
    throw new RangeError("orderBy correlation needs two columns, got one");
  }
  const rows = prepare(list, states);
  const degrees = emissions === "normal" ? undefined : FIRST_DEGREES;
  const begun = Array.from({ length: states === 1 ? 1 : starts }, () => {
    const start = startModel(rows, states, random, degrees);
    return baumWelch(rows, start, FIRST_ROUNDS, tolerance);
  });
  const likeliest = (fits: Fit[]) => fits.sort((one, other) => other.llf - one.llf);
  const ahead = likeliest(begun).slice(0, Math.max(2, Math.ceil(begun.length / 4)));
  const best = likeliest(
    ahead.map(({ model }) => baumWelch(rows, model, NEXT_ROUNDS, tolerance)),
  )[0]!;
  const last = baumWelch(rows, best.model, maxIterations, tolerance);
  const { model, converged } = last, iterations = FIRST_ROUNDS + best.iterations + last.iterations;
  const found = unscaled(ordered(model, orderBy), rows);
  const path = filterRegimes(list, found);
  const d = list.length,
    count = (states + 1) * (states - 1) + states * d + states * d * (d + 1) / 2 +
      (degrees === undefined ? 0 : 1);
  return {
    ...found,
    ...path,
    correlations: found.covariances.map(correlationIn),
    durations: found.transition.map((row, state) => 1 / (1 - row[state]!)),
    nobs: rows.known,
    bics: undefined,
    zeroRuns: zeroRuns(list, zeroRun),
    aic: -2 * path.llf + 2 * count,
    bic: -2 * path.llf + count * Math.log(rows.known),
    iterations,
    converged,
  };
}

type Fit = ReturnType<typeof baumWelch>;
/** Rounds of each start, and of the likeliest quarter of them before one is followed to its end. */
const FIRST_ROUNDS = 8, NEXT_ROUNDS = 20;

/** Where the search for the degrees of freedom begins: returns of minutes have 3 to 6. */
const FIRST_DEGREES = 6;

function checkCount(name: string, value: unknown, most: number): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > most) {
    throw new RangeError(`${name} must be a whole number within 1..${most}, got ${value}`);
  }
}

/** Columns about their mean in units of their spread, so that no scale upsets the covariances. */
function prepare(columns: readonly Column[], states: number): Rows {
  const length = columns[0]?.length ?? 0;
  for (const column of columns) {
    if (column.length !== length) {
      throw new RangeError(`columns must be equally long, got ${length} and ${column.length}`);
    }
  }
  const isKnown = new Uint8Array(length).map((_, t) =>
    columns.every((column) => Number.isFinite(column[t])) ? 1 : 0
  );
  const known = isKnown.reduce((sum, is) => sum + is, 0);
  const least = Math.max(LEAST, LEAST_EACH * states);
  if (known < least) {
    throw new StatisticsError(
      "too-few",
      `${states} regimes need at least ${least} complete rows, there are ${known}`,
    );
  }
  const scaled = columns.map((column) => scaleOf(column, isKnown, known));
  const values = columns.map((column, j) =>
    Float64Array.from(
      column,
      (value, t) => isKnown[t] === 1 ? (value - scaled[j]!.centre) / scaled[j]!.scale : NaN,
    )
  );
  return { values, length, known, isKnown, scaled };
}

function scaleOf(column: Column, isKnown: Uint8Array, known: number) {
  const { values, centre } = centred(Float64Array.from(column).filter((_, t) => isKnown[t] === 1));
  const scale = norm(values) / Math.sqrt(known);
  if (!(scale > 0)) {
    throw new StatisticsError("constant", "a column never changes, so it has no regimes");
  }
  checkSquare(scale, "columns");
  return { centre, scale };
}

function ordered(model: RegimeModel, orderBy: "correlation" | "mean" | "variance"): RegimeModel {
  const key = (state: number) =>
    orderBy === "correlation"
      ? correlationIn(model.covariances[state]!)
      : orderBy === "mean"
      ? model.means[state]![0]!
      : model.covariances[state]![0]![0]!;
  const order = model.initial.map((_, state) => state).sort((a, b) => key(a) - key(b));
  const transition = order.map((from) => order.map((to) => model.transition[from]![to]!));
  return {
    initial: order.map((state) => model.initial[state]!),
    transition,
    ...(model.degrees === undefined ? {} : { degrees: model.degrees }),
    means: order.map((state) => model.means[state]!),
    covariances: order.map((state) => model.covariances[state]!),
  };
}

function unscaled(model: RegimeModel, { scaled }: Rows): RegimeModel {
  return {
    ...model,
    means: model.means.map((mean) =>
      mean.map((value, j) => scaled[j]!.centre + value * scaled[j]!.scale)
    ),
    covariances: model.covariances.map((covariance) =>
      covariance.map((row, i) => row.map((value, j) => value * scaled[i]!.scale * scaled[j]!.scale))
    ),
  };
}

function correlationIn(covariance: readonly (readonly number[])[]): number {
  if (covariance.length < 2) return NaN;
  const [[xx, xy], [, yy]] = covariance as unknown as [[number, number], [number, number]];
  return xy / (Math.sqrt(xx) * Math.sqrt(yy));
}
