import { checkAboveZero, checkNumbers } from "../stats/numbers.ts";

/** One fall of an account from a peak, and what became of it. */
export interface Drawdown {
  /** `trough / peak - 1`: a negative number. */
  readonly depth: number;
  /** Row (or time) of the last peak before the fall; -1 (or the start) when it is the opening equity. */
  readonly peak: number;
  /** Row (or time) of the lowest equity. */
  readonly trough: number;
  /** First row (or time) at or above the peak again; undefined while under water. */
  readonly recovery: number | undefined;
}

/** Options of {@link drawdowns}. */
export interface DrawdownOptions {
  /** Equity before the first row. @default 1 */
  readonly initial?: number;
  /** Time of each row, epoch ms; without it peaks, troughs and recoveries are row numbers. */
  readonly times?: ArrayLike<number>;
  /** Time of the opening equity. @default the first time */
  readonly start?: number;
}

/** Drawdowns of an account. */
export interface Drawdowns {
  /** `equity / highest equity so far - 1` a row, 0 at a peak; NaN where equity is not known. */
  readonly series: Float64Array;
  /** The deepest `depth`: 0 when there was none, NaN without any known equity. */
  readonly max: number;
  /** The deepest one; undefined when there was none. */
  readonly deepest: Drawdown | undefined;
  /** All of them, in order of time. */
  readonly all: readonly Drawdown[];
}

/**
 * Falls of an account from its running peak, the opening equity included: a loss on the first day is a
 * drawdown. Rows where equity is not finite are passed over.
 *
 * @param equity account value at each row, above 0 at every peak.
 * @throws {RangeError} when `times` has another length, or `initial` is not above 0.
 *
 * @example
 * ```ts
 * import { drawdowns } from "./drawdown.ts";
 * import assert from "node:assert/strict";
 * const { max, deepest, all } = drawdowns([1.1, 0.88, 0.99, 1.2, 1.14]);
 * assert.equal(max.toFixed(2), "-0.20");
 * assert.deepEqual({ ...deepest, depth: 0 }, { depth: 0, peak: 0, trough: 1, recovery: 3 });
 * assert.equal(all.length, 2);
 * ```
 */
export function drawdowns(equity: ArrayLike<number>, options: DrawdownOptions = {}): Drawdowns {
  const { initial = 1, times, start = finiteOr(times?.[0]) } = options;
  checkAboveZero("initial", initial);
  checkNumbers(equity, "equity");
  if (times !== undefined) checkNumbers(times, "times");
  if (times !== undefined && times.length !== equity.length) {
    throw new RangeError(`times must have ${equity.length} rows, got ${times.length}`);
  }
  const stamp = (row: number) =>
    times === undefined ? row : row < 0 ? start! : finiteOr(times[row]);
  const series = new Float64Array(equity.length).fill(NaN);
  const all: Drawdown[] = [];
  let peak = initial, peakRow = -1, depth = 0, troughRow = -1, known = 0;
  const close = (recovery: number | undefined) => {
    if (depth < 0) all.push({ depth, peak: stamp(peakRow), trough: stamp(troughRow), recovery });
  };
  for (let row = 0; row < equity.length; row++) {
    const value = equity[row]!;
    if (!Number.isFinite(value)) continue;
    known++;
    if (value >= peak) {
      close(stamp(row));
      peak = value;
      peakRow = row;
      depth = 0;
    }
    const fall = series[row] = (value - peak) / peak;
    if (fall < depth) {
      depth = fall;
      troughRow = row;
    }
  }
  close(undefined);
  let deepest: Drawdown | undefined;
  for (const each of all) if (each.depth < (deepest?.depth ?? 0)) deepest = each;
  return { series, max: known === 0 ? NaN : deepest?.depth ?? 0, deepest, all };
}

function finiteOr(time: number | undefined): number {
  return Number.isFinite(time) ? time! : NaN;
}
