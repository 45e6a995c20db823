import { isFinitePair } from "../../stats/finite_pair.ts";
import { tQuantile } from "../../stats/distributions/distributions.ts";
import { ols } from "../../stats/regression/ols.ts";
import { theilSen } from "../../stats/regression/theil_sen.ts";
import { StatisticsError } from "../../stats/statistics_error.ts";
import { dayParts } from "./day_parts.ts";
import type { Study } from "./study.ts";
import { studyPairs } from "./study_pairs.ts";

/** Settings of {@link returnsScatterStudy}. */
export interface ScatterSettings {
  /** Newest pairs that are given one by one; older ones are only counted in cells. */
  readonly mostPoints: number;
}

/** A line through returns, `y = intercept + slope · x`. */
export interface ScatterLine {
  readonly slope: number;
  readonly intercept: number;
  /** 95 % interval of the slope. */
  readonly lo: number;
  readonly hi: number;
}

/** Pairs of returns, each a point. */
export interface ScatterPoints {
  /** Of the bars, epoch ms UTC, oldest first. */
  readonly openTime: Float64Array;
  readonly endTime: Float64Array;
  /** Log returns of the second and of the first side. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Indices of `DAY_PARTS`. */
  readonly part: Uint8Array;
}

/** How many of the older pairs lie in each cell, row by row from the bottom. */
export interface ScatterCells {
  readonly across: number;
  readonly counts: Uint32Array;
  readonly total: number;
}

/** Returns of the first side against those of the second. */
export interface ReturnsScatter {
  readonly n: number;
  readonly r: number;
  /** Least squares, with Newey–West's error of the slope. */
  readonly line: ScatterLine & {
    readonly se: number;
    readonly rsquared: number;
    readonly hacLags: number;
  };
  /** Theil and Sen's: the median of all slopes, with Sen's interval. */
  readonly robust: ScatterLine;
  /** Largest |x| and |y| of all. */
  readonly reach: { readonly x: number; readonly y: number };
  readonly points: ScatterPoints;
  /** All but the points, in cells over ± the reach; undefined where every pair is a point. */
  readonly older: ScatterCells | undefined;
}

/** Fewest pairs for a line. */
const LEAST = 30;
const CELLS_ACROSS = 40;

/** How the first side's returns go with the second's, pair by pair, with a line by least squares and a robust one. */
export const returnsScatterStudy: Study<ScatterSettings, ReturnsScatter> = {
  name: "returns-scatter",
  run(scope, { mostPoints }) {
    const pairs = studyPairs(scope), { evidence } = pairs;
    const rows: number[] = [];
    for (let row = 0; row < pairs.length; row++) {
      if (isFinitePair(pairs.a[row]!, pairs.b[row]!)) rows.push(row);
    }
    if (rows.length < LEAST) {
      const reason = `a line takes ${LEAST} pairs of returns; there are ${rows.length}.`;
      return { kind: "lacking", reason, evidence };
    }
    const pick = (values: Float64Array, of = rows) => Float64Array.from(of, (row) => values[row]!);
    const x = pick(pairs.b), y = pick(pairs.a);
    try {
      const lines = linesOf(x, y);
      const reach = { x: largestOf(x), y: largestOf(y) };
      const older = rows.length - Math.min(rows.length, mostPoints), newest = rows.slice(older);
      const openTime = pick(pairs.openTime, newest);
      const found = {
        n: rows.length,
        ...lines,
        reach,
        points: {
          openTime,
          endTime: pick(pairs.endTime, newest),
          x: x.slice(older),
          y: y.slice(older),
          part: dayParts(openTime),
        },
        older: older === 0 ? undefined : cellsOf(x.subarray(0, older), y.subarray(0, older), reach),
      };
      return { kind: "found", found, evidence };
    } catch (error) {
      if (error instanceof StatisticsError) {
        return { kind: "lacking", reason: `${error.message}.`, evidence };
      }
      throw error;
    }
  },
};

function linesOf(x: Float64Array, y: Float64Array) {
  const fit = ols(y, x), robust = theilSen(y, x, { intercept: "joint" });
  const hacLags = Math.floor(4 * (fit.nobs / 100) ** (2 / 9));
  const se = fit.hac(hacLags)[1]!, slope = fit.params[1]!;
  const half = tQuantile(0.975, fit.dfResid) * se;
  return {
    r: Math.sign(slope) * Math.sqrt(Math.max(0, fit.rsquared)),
    line: {
      slope,
      intercept: fit.params[0]!,
      se,
      lo: slope - half,
      hi: slope + half,
      rsquared: fit.rsquared,
      hacLags,
    },
    robust: {
      slope: robust.slope,
      intercept: robust.intercept,
      lo: robust.lo,
      hi: robust.hi,
    },
  };
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function cellsOf(
  x: Float64Array,
  y: Float64Array,
  reach: { readonly x: number; readonly y: number },
): ScatterCells {
  const counts = new Uint32Array(CELLS_ACROSS * CELLS_ACROSS);
  const cellOf = (value: number, most: number) =>
    Math.min(CELLS_ACROSS - 1, Math.floor(CELLS_ACROSS * (value / most + 1) / 2));
  x.forEach((value, i) => {
    counts[cellOf(y[i]!, reach.y) * CELLS_ACROSS + cellOf(value, reach.x)]!++;
  });
  return { across: CELLS_ACROSS, counts, total: x.length };
}
