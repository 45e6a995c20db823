import { ols } from "../stats/regression/ols.ts";
import { checkLengths, type Column } from "../stats/regression/columns.ts";
import { normalSurvival } from "../stats/distributions/distributions.ts";
import { checkNumbers } from "../stats/numbers.ts";
import { StatisticsError } from "../stats/statistics_error.ts";

/** Whether the newest rows of a pair still move as the older ones did. */
export interface PairBreak {
  /** `changed` from p < 0.001 on; `unknown` with too few rows, and with too few since a long gap. */
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
  /** Rows since a long gap, 0 while it lasts, where they are too few to say what became of the pair in it; else undefined. */
  readonly sinceGap: number | undefined;
}

/** Newest rows that are compared with those before them. */
const LOOKS = [60, 120, 240];
/** Fewest rows before them. */
const LEAST_BEFORE = 120;
const CHANGED = 0.001;
/** Missing rows after which nothing is known until the shortest look has passed; a nightly hour of maintenance is none. */
const LONG_GAP = 61;

/** Rows of both sides. */
interface KnownRows {
  readonly y: Float64Array;
  readonly x: Float64Array;
  /** 1 where the row before is in them too: over a gap there is no difference. */
  readonly follows: Uint8Array;
  /** See {@link PairBreak}. */
  readonly sinceGap: number | undefined;
}

/**
 * Compares the newest rows of a pair with the older ones: the error-correction model
 * `Δy = a + b Δx + g s` of each, `s` the spread one row before by the line of the older rows alone, so that the newest
 * are not judged by a line that was fitted to them. Differences of b and g are in errors that stand changing volatility
 * (HC3), over three lengths of newest rows at once.
 *
 * Missing rows keep their place as NaN: no difference spans them, and the rows after a gap are compared with those
 * before it, so that a change within it shows. For the first 60 rows after a gap of more than 60 it is unknown.
 *
 * It says that the relation changed, not that there was one: see the tests of cointegration for that.
 *
 * Source: R. F. Engle & C. W. J. Granger, Econometrica 55, 1987 (the model); G. C. Chow, Econometrica 28, 1960.
 *
 * @param y log prices in time order. @param x the same of the other side.
 * @throws {RangeError} when lengths differ.
 */
export function pairBreak(y: Column, x: Column): PairBreak {
  checkLengths([x], y.length, "x");
  checkNumbers(y, "y");
  return between(knownRows(y, x));
}

function knownRows(y: Column, x: Column): KnownRows {
  const { length } = y, known: number[] = [];
  for (let row = 0; row < length; row++) if (isKnown(y, x, row)) known.push(row);
  const columnOf = (column: Column) => Float64Array.from(known, (row) => column[row]!);
  // The end counts as a row: a gap that lasts is one too.
  const gapBefore = (i: number) => (known[i] ?? length) - known[i - 1]! - 1;
  let sinceGap: number | undefined;
  for (let since = 0; since < LOOKS[0]! && since < known.length; since++) {
    if (gapBefore(known.length - since) < LONG_GAP) continue;
    sinceGap = since;
    break;
  }
  return {
    y: columnOf(y),
    x: columnOf(x),
    follows: Uint8Array.from(known, (row, i) => Number(known[i - 1] === row - 1)),
    sinceGap,
  };
}

function isKnown(y: Column, x: Column, row: number): boolean {
  return Number.isFinite(y[row]) && Number.isFinite(x[row]);
}

function between(known: KnownRows): PairBreak {
  const { y, follows, sinceGap } = known, n = y.length;
  if (sinceGap !== undefined) {
    return {
      ...unknown(`it takes ${LOOKS[0]} rows since a long gap, there are ${sinceGap}`),
      sinceGap,
    };
  }
  const looks = LOOKS.map((rows) => ({ rows, cut: cutFor(follows, rows) }))
    .filter(({ cut }) => steps(follows, cut) >= LEAST_BEFORE - 1);
  if (looks.length === 0) {
    const least = LOOKS[0]! + LEAST_BEFORE;
    return unknown(`it takes ${least} rows of both sides, there are ${n}`);
  }
  try {
    const found = looks.map(({ rows, cut }) => lookAt(known, rows, cut));
    const best = found.reduce((one, other) => other.pvalue < one.pvalue ? other : one);
    const pvalue = Math.min(1, best.pvalue * 2 * looks.length);
    const { rows, response, reversion } = best;
    const state = pvalue < CHANGED ? "changed" : "holds";
    return { state, rows, pvalue, response, reversion, reason: undefined, sinceGap: undefined };
  } catch (error) {
    if (!(error instanceof StatisticsError)) throw error;
    return unknown(error.message);
  }
}

/** The row from which on there are so many differences; 0 where there are not. */
function cutFor(follows: Uint8Array, rows: number): number {
  let cut = follows.length;
  for (let found = 0; found < rows && cut > 0;) found += follows[--cut]!;
  return cut;
}

/** Differences before a row. */
function steps(follows: Uint8Array, to: number): number {
  let found = 0;
  for (let row = 0; row < to; row++) found += follows[row]!;
  return found;
}

function lookAt(known: KnownRows, rows: number, cut: number) {
  const { y, x } = known;
  const [alpha, beta] = ols(y.slice(0, cut), [x.slice(0, cut)]).params as unknown as [
    number,
    number,
  ];
  const spread = y.map((value, row) => value - beta * x[row]! - alpha);
  const before = corrected(known, spread, 0, cut);
  const since = corrected(known, spread, cut, y.length);
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

/** The error-correction model of the differences of rows in `[from, to)`. */
function corrected({ y, x, follows }: KnownRows, spread: Float64Array, from: number, to: number) {
  const rows: number[] = [];
  for (let row = from; row < to; row++) if (follows[row] === 1) rows.push(row);
  const column = (value: (row: number) => number) => Float64Array.from(rows, value);
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
  return {
    state: "unknown",
    rows: NaN,
    pvalue: NaN,
    response: none,
    reversion: none,
    reason,
    sinceGap: undefined,
  };
}
