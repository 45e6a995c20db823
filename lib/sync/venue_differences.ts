import { type MinuteGrid, minutesWithin } from "../model/minute_grid.ts";
import { floorTo, MINUTE } from "../model/time.ts";
import { checkNotNegative, copyNumbers } from "../stats/numbers.ts";
import { describe } from "../stats/rolling/describe.ts";
import { halfLife, type HalfLifeResult } from "../stats/stationarity/half_life.ts";

/** What the prices of one coin are compared with: a venue by its place, or the middle of all of them. */
export type DifferenceReference = number | "median";

/** Prices of one coin at several venues against a reference, a row a minute. */
export interface VenueDifferences {
  /** Log price of the reference; NaN where it is unknown. */
  readonly reference: Float64Array;
  /** One column a venue: basis points of its price over the reference; NaN where either has no bar. */
  readonly basisPoints: readonly Float64Array[];
}

const BASIS_POINTS = 10_000;
/** A deviation below it is that of rounded logarithms, basis points. */
const LEAST_SD = 1e-6;

/**
 * How far the price of one coin at each venue is above the reference: `10,000 · ln(price / reference)`, so that the
 * difference of two venues is the same whichever of them is the reference, but for its sign.
 *
 * Nothing is filled: a minute without a bar of a venue has no difference of that venue, and none of any where the
 * reference lacks it. The median is known only in minutes that all venues have: without one of them it would jump to
 * the middle of the others, and so would every difference.
 *
 * @param closes one column a venue, rows of the same minutes; NaN where there is no bar.
 * @throws {RangeError} for a reference that is none of the venues, and columns that differ in length; {TypeError} for
 * what is no number.
 *
 * @example
 * ```ts
 * import { venueDifferences } from "./venue_differences.ts";
 * import assert from "node:assert/strict";
 * const closes = [Float64Array.of(100, 100, NaN), Float64Array.of(100.1, NaN, 100.2)];
 * const [, second] = venueDifferences(closes, 0).basisPoints;
 * assert.deepEqual([...second!].map((bp) => bp.toFixed(2)), ["10.00", "NaN", "NaN"]);
 * ```
 */
export function venueDifferences(
  closes: readonly ArrayLike<number>[],
  reference: DifferenceReference,
): VenueDifferences {
  const logs = closes.map((column) => {
    const own = copyNumbers(column, "closes");
    return own.map((price) => price > 0 && price < Infinity ? Math.log(price) : NaN);
  });
  if (logs.some(({ length }) => length !== logs[0]!.length)) {
    throw new RangeError("closes must be columns of one length");
  }
  const compared = reference === "median" ? medianOf(logs) : logs[reference];
  if (compared === undefined) {
    throw new RangeError(
      `reference must be median or from 0 to ${closes.length - 1}, got ${reference}`,
    );
  }
  return {
    reference: compared,
    basisPoints: logs.map((column) =>
      column.map((log, row) => BASIS_POINTS * (log - compared[row]!))
    ),
  };
}

/** Of each row in which every column has a number. */
function medianOf(columns: readonly Float64Array[]): Float64Array {
  const middle = columns.length / 2;
  return Float64Array.from({ length: columns[0]?.length ?? 0 }, (_, row) => {
    const values = columns.map((column) => column[row]!).sort((a, b) => a - b);
    // Sorting leaves what is unknown anywhere.
    if (values.some(Number.isNaN)) return NaN;
    return (values[Math.ceil(middle) - 1]! + values[Math.floor(middle)]!) / 2;
  });
}

/** Closes of the minutes that open in `[from, to)`, a row each; NaN where there is no bar. Times are whole minutes. */
export function closesWithin(grid: MinuteGrid, from: number, to: number): Float64Array {
  const closes = new Float64Array(Math.max(0, (to - from) / MINUTE)).fill(NaN);
  const { close, start } = minutesWithin(grid, from, to);
  closes.set(close, Math.max(0, (start - from) / MINUTE || 0));
  return closes;
}

/** What a difference was over the rows looked at. */
export interface DifferenceNumbers {
  /** In the newest row; NaN while it is unknown. */
  readonly now: number;
  /** Mean and sample standard deviation, basis points; NaN with too few rows. */
  readonly mean: number;
  readonly sd: number;
  /** Rows until half of a deviation is gone. */
  readonly halfLife: HalfLifeResult;
  /** Share of the known rows in which it is beyond the costs, of either sign; NaN without any. */
  readonly beyond: number;
  /** Rows that are known. */
  readonly n: number;
}

/**
 * What a difference was, from its known rows alone.
 *
 * @param costBp what a round costs: bought at one venue and sold at the other, basis points, at least 0.
 * @throws {RangeError} for costs that are no number of 0 or more.
 */
export function differenceNumbers(
  basisPoints: ArrayLike<number>,
  costBp: number,
): DifferenceNumbers {
  checkNotNegative("costBp", costBp);
  const rows = copyNumbers(basisPoints, "basisPoints").map((value) =>
    Number.isFinite(value) ? value : NaN
  );
  const known = rows.filter((value) => !Number.isNaN(value));
  const { mean, sd1 } = describe(known);
  const beyond = known.reduce((count, value) => Math.abs(value) > costBp ? count + 1 : count, 0);
  return {
    now: rows.at(-1) ?? NaN,
    mean,
    sd: sd1,
    halfLife: halfLife(sd1 > LEAST_SD ? rows : [], { fitted: 0 }),
    beyond: beyond / known.length,
    n: known.length,
  };
}

/**
 * A column of minutes in steps of several, which begin at multiples of their length: the mean of the minutes known in
 * each, NaN where none is.
 *
 * @param from open time of the first row, epoch ms UTC.
 */
export function steppedMeans(
  values: Float64Array,
  from: number,
  stepMinutes: number,
): Float64Array {
  const early = (from - floorTo(from, stepMinutes * MINUTE)) / MINUTE;
  return Float64Array.from(
    { length: Math.ceil((early + values.length) / stepMinutes) },
    (_, step) => {
      const first = step * stepMinutes - early;
      const known = values.subarray(Math.max(0, first), first + stepMinutes)
        .filter((value) => Number.isFinite(value));
      return known.reduce((sum, value) => sum + value, 0) / known.length;
    },
  );
}
