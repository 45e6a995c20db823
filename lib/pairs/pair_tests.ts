import { adf } from "../stats/stationarity/adf.ts";
import { engleGranger } from "../stats/stationarity/engle_granger.ts";
import { halfLife } from "../stats/stationarity/half_life.ts";
import { hurst } from "../stats/stationarity/hurst.ts";
import { johansen } from "../stats/stationarity/johansen.ts";
import { kpss } from "../stats/stationarity/kpss.ts";
import { mackinnonCritical, mackinnonPValue } from "../stats/stationarity/mackinnon.ts";
import { varianceRatio } from "../stats/stationarity/variance_ratio.ts";
import type { Column } from "../stats/regression/columns.ts";
import { ols } from "../stats/regression/ols.ts";
import { StatisticsError } from "../stats/statistics_error.ts";
import { type PairBreak, pairBreak } from "./pair_break.ts";
import { type HedgeEstimate, pairHedgeSteps } from "./pair_lines.ts";
import {
  residualHurstLow,
  residualKpssPValue,
  residualVarianceRatioLow,
} from "./residual_tables.ts";

/** What each test of a pair rests on. */
interface Tested {
  /** Rows without a gap that it was made of, and how many were asked for. */
  readonly n: number;
  readonly expected: number;
  /** Why its numbers are NaN; undefined where they are not. */
  readonly reason: string | undefined;
}

/** A Dickey–Fuller test of what a line leaves; p and critical value are those for an estimated line. */
export interface ResidualTest extends Tested {
  readonly stat: number;
  readonly pvalue: number;
  /** At 5 %; below it the walk is rejected. */
  readonly critical: number;
  readonly lag: number;
}

/** Tests of a pair over its newest rows without a gap. All but the last two names are of log prices or their spread. */
export interface PairTestResults {
  /** Of the spread, with a constant; H0: it wanders. */
  readonly adf: ResidualTest;
  /** Of the spread; H0: it stays. */
  readonly kpss: Tested & {
    readonly stat: number;
    readonly pvalue: number;
    /** Whether the true p is `pvalue`, above it or below it: the table ends at 0.1 and 0.01. */
    readonly pvalueIs: "interpolated" | "at-least" | "at-most";
  };
  /** H0: no cointegration; both directions, and the larger p of the two. */
  readonly engleGranger: Tested & {
    readonly yOnX: ResidualTest & { readonly beta: number };
    readonly xOnY: ResidualTest & { readonly beta: number };
    readonly pvalue: number;
  };
  /** H0: no relation (trace of rank 0), at most one (rank 1), each with its 5 % critical value. */
  readonly johansen: Tested & {
    readonly trace: readonly [number, number];
    readonly critical: readonly [number, number];
    readonly rank: number;
    readonly lag: number;
  };
  /** Of the spread, in rows, with a 95 % interval; `hi` is Infinity where no reversion is possible too. */
  readonly halfLife: Tested & {
    readonly value: number;
    readonly lo: number;
    readonly hi: number;
    readonly phi: number;
  };
  /** Of the spread; below `low` once in twenty where the two sides are unrelated walks. */
  readonly hurst: Tested & { readonly value: number; readonly low: number };
  /** Of the spread over ten rows; `stat` is below `low` once in twenty where the two sides are unrelated walks. */
  readonly varianceRatio: Tested & {
    readonly value: number;
    readonly stat: number;
    readonly low: number;
    readonly lag: number;
  };
}

/** A pair's tests and hedge ratios over its newest stretch of rows without a gap. */
export interface PairTests {
  /** The stretch, half-open, epoch ms UTC; NaN where there is none. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** Rows that were asked for. */
  readonly expected: number;
  /** The least-squares line whose distances are the spread that is tested. */
  readonly line: { readonly beta: number; readonly alpha: number };
  readonly hedges: readonly HedgeEstimate[];
  readonly tests: PairTestResults;
  readonly break: PairBreak;
}

/** Rows of a pair to be tested. */
export interface TestedRows {
  /** Log prices without gaps. */
  readonly y: Column;
  readonly x: Column;
  readonly from: number;
  readonly to: number;
  /** Rows that were asked for. */
  readonly expected: number;
  /** The newest rows, missing ones as NaN, in which a break is looked for. @default y and x */
  readonly newest?: { readonly y: Column; readonly x: Column };
}

/** Rows a return of the variance ratio spans. */
const RATIO_LAG = 10;
const FEWEST = 60;

/**
 * The tests of a pair in parts, each some milliseconds, so that a caller can let other work pass in between: what the
 * generator returns is the result.
 */
export function* pairTestSteps(rows: TestedRows): Generator<void, PairTests> {
  const { y, x, from, to, expected, newest = { y, x } } = rows, n = y.length;
  const evidence = { n, expected };
  const short = n < FEWEST
    ? `it takes ${FEWEST} rows without a gap, there are ${n} of ${expected}`
    : undefined;
  const attempt = <Found extends object>(unknown: Found, make: () => Found) => {
    const reason = short;
    if (reason !== undefined) return { ...unknown, ...evidence, reason };
    try {
      return { ...make(), ...evidence, reason: undefined };
    } catch (error) {
      if (!(error instanceof StatisticsError)) throw error;
      return { ...unknown, ...evidence, reason: error.message };
    }
  };
  const noLine = { beta: NaN, alpha: NaN, resid: new Float64Array(0) };
  const line = attempt(noLine, () => {
    const { params, resid } = ols(y, [x]);
    return { beta: params[1]!, alpha: params[0]!, resid };
  });
  const spread = line.resid;
  yield;
  const noResidual = { stat: NaN, pvalue: NaN, critical: NaN, lag: NaN };
  const ofSpread = attempt(noResidual, () => {
    const { stat, usedLag, nobs } = adf(spread);
    return {
      stat,
      pvalue: mackinnonPValue(stat, "c", { series: 2 }),
      critical: mackinnonCritical("c", nobs, { series: 2 })["5%"],
      lag: usedLag,
    };
  });
  const stays = attempt({ stat: NaN, pvalue: NaN, pvalueIs: "interpolated" as const }, () => {
    const { stat } = kpss(spread);
    return { stat, ...residualKpssPValue(stat) };
  });
  yield;
  const residualOf = (one: Column, other: Column) =>
    attempt({ ...noResidual, beta: NaN }, () => {
      const { stat, pvalue, critical, beta, usedLag } = engleGranger(one, [other]);
      return { stat, pvalue, critical: critical["5%"], lag: usedLag, beta: beta[0]! };
    });
  const yOnX = residualOf(y, x);
  yield;
  const xOnY = residualOf(x, y);
  const both = attempt({ pvalue: NaN }, () => ({ pvalue: Math.max(yOnX.pvalue, xOnY.pvalue) }));
  yield;
  const none = [NaN, NaN] as const;
  const relations = attempt({ trace: none, critical: none, rank: NaN, lag: NaN }, () => {
    const { trace, criticalTrace, rank, usedLag } = johansen([y, x]);
    return {
      trace: [trace[0]!, trace[1]!] as const,
      critical: [criticalTrace[0]![1], criticalTrace[1]![1]] as const,
      rank,
      lag: usedLag,
    };
  });
  yield;
  const half = attempt({ value: NaN, lo: NaN, hi: NaN, phi: NaN }, () => {
    const { value, lo, hi, phi } = halfLife(spread, { fitted: 1 });
    return { value, lo, hi, phi };
  });
  const roughness = attempt({ value: NaN, low: NaN }, () => {
    const { value } = hurst(spread);
    if (!Number.isNaN(value)) return { value, low: residualHurstLow(n) };
    throw new StatisticsError("too-few", `it takes 100 rows without a gap, there are ${n}`);
  });
  const ratio = attempt({ value: NaN, stat: NaN, low: NaN, lag: RATIO_LAG }, () => {
    const { value, stat } = varianceRatio(spread, { lag: RATIO_LAG });
    return { value, stat, low: residualVarianceRatioLow(n), lag: RATIO_LAG };
  });
  yield;
  const change = pairBreak(newest.y, newest.x);
  yield;
  const hedges: HedgeEstimate[] = [];
  for (const hedge of pairHedgeSteps(y, x)) {
    hedges.push(hedge);
    yield;
  }
  return {
    from,
    to,
    n,
    expected,
    line: { beta: line.beta, alpha: line.alpha },
    hedges,
    tests: {
      adf: ofSpread,
      kpss: stays,
      engleGranger: { ...both, yOnX, xOnY },
      johansen: relations,
      halfLife: half,
      hurst: roughness,
      varianceRatio: ratio,
    },
    break: change,
  };
}

/**
 * Every test of a pair at once, and the five hedge ratios. The spread is what the least-squares line over the same rows
 * leaves, so its tests go by tables for fitted lines: those for a series that was observed reject far too often.
 */
export function pairTests(rows: TestedRows): PairTests {
  const steps = pairTestSteps(rows);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The newest rows since the last change of contract that hold so many of both sides, missing ones among them. */
function newestRows({ length, y, x, roll }: TestedColumns, most: number) {
  let first = length;
  for (let found = 0; found < most && first > 0 && roll[first] !== 1;) {
    first--;
    if (y[first]! > 0 && x[first]! > 0) found++;
  }
  const logs = (column: Float64Array) =>
    column.subarray(first, length).map((price) => price > 0 ? Math.log(price) : NaN);
  return { y: logs(y), x: logs(x) };
}

/** Columns that {@link testedRows} reads. */
interface TestedColumns {
  readonly length: number;
  readonly openTime: Float64Array;
  readonly y: Float64Array;
  readonly x: Float64Array;
  readonly roll: Uint8Array;
}

/**
 * The longest stretch without a gap and without a change of contract among the newest rows, the newer of two equals.
 *
 * @param options.most newest rows looked at. @param options.stepMs length of a row.
 */
export function testedRows(
  columns: TestedColumns,
  { most, stepMs }: { readonly most: number; readonly stepMs: number },
): TestedRows {
  const { length, openTime, y, x, roll } = columns;
  let first = length, best = { from: length, to: length };
  for (let row = Math.max(0, length - most); row < length; row++) {
    const isWhole = y[row]! > 0 && x[row]! > 0;
    if (!isWhole || roll[row] === 1 || first > row) first = isWhole ? row : row + 1;
    if (isWhole && row + 1 - first >= best.to - best.from) best = { from: first, to: row + 1 };
  }
  return {
    y: y.slice(best.from, best.to).map(Math.log),
    x: x.slice(best.from, best.to).map(Math.log),
    from: best.to > best.from ? openTime[best.from]! : NaN,
    to: best.to > best.from ? openTime[best.to - 1]! + stepMs : NaN,
    expected: most,
    newest: newestRows(columns, most),
  };
}
