import type { Estimate } from "../model/evidence.ts";
import type { Source } from "../model/instrument.ts";
import { type MinuteGrid, minutesWithin } from "../model/minute_grid.ts";
import { ceilTo, floorTo, MINUTE } from "../model/time.ts";
import { type CorrelatedTimeframe, stepOf, windowOf } from "../model/timeframe.ts";
import { correlation } from "../stats/correlation/correlation.ts";
import { effectiveN } from "../stats/correlation/effective_n.ts";
import { fisherInterval } from "../stats/correlation/fisher.ts";
import { estimateOf, INTERVAL_METHOD } from "./estimate_of.ts";
import { defaultMinPeriods, PairWindow } from "./pair_window.ts";
import { type Returns, returnsOf } from "./returns.ts";
import type { SharedReturns } from "./shared_returns.ts";
import type { GridTimeframe } from "./timeframe_grid.ts";

export interface CorrelateOptions {
  /** Days are correlated by `correlateDays`. */
  readonly timeframe: GridTimeframe;
  /** Slots in the window. @default the timeframe's */
  readonly window?: number;
  /** Fewest pairs for a value. @default half the window, at least 20, at most all of it */
  readonly minPeriods?: number;
  /** Only slots that open at or after this time (epoch ms). @default the first slot both grids touch */
  readonly from?: number;
  /** Only slots that end by then (epoch ms). @default the end of both grids */
  readonly to?: number;
  /** Returns of this timeframe that other pairs read too. @default made for this pair alone */
  readonly returns?: SharedReturns | undefined;
}

/** Rolling correlation of a pair, one row a slot of the UTC grid. */
export interface CorrelationSeries {
  readonly timeframe: CorrelatedTimeframe;
  readonly window: number;
  readonly minPeriods: number;
  readonly length: number;
  /** Open time of the newest slot in the window, epoch ms UTC. */
  readonly openTime: Float64Array;
  /** When that slot ended: from then on the row is known. */
  readonly endTime: Float64Array;
  /** Pairs of returns in the window. */
  readonly n: Float64Array;
  /** Pairs there could have been while both markets were open and covered. */
  readonly expected: Float64Array;
  /** Pearson's r; NaN where insufficient. */
  readonly r: Float64Array;
  /** Pairs the interval rests on: n less what tails, shared volatility and memory cost, see `effectiveN`. */
  readonly nEff: Float64Array;
  /** 95 % Fisher interval on `nEff` pairs; NaN where r is, or with fewer than 4 pairs. */
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

/**
 * Rolling Pearson correlation of log returns over the last `window` slots, those without a pair included:
 * pandas' `a.rolling(window, min_periods).corr(b)` on the reindexed UTC grid. Uses nothing after a slot's
 * end. The work is that of the rows asked for and one window before them, however long the grids are.
 */
export function correlate(
  a: MinuteGrid,
  b: MinuteGrid,
  options: CorrelateOptions,
): CorrelationSeries {
  const { timeframe, from = -Infinity, to, returns } = options;
  const { window = windowOf({}, timeframe), minPeriods } = options;
  const stepMs = stepOf(timeframe);
  const first = from - (window - 1) * stepMs;
  const pairs = pairedReturns(a, b, timeframe, { from: first, to, returns });
  // Slots before the first row only fill its window.
  const skipped = Math.max(0, Math.ceil((from - pairs.start) / stepMs) || 0);
  return rollingOf(pairs, { timeframe, window, minPeriods, skipped });
}

/**
 * Rolling correlation over pairs of returns.
 *
 * @param options.skipped first rows that only fill the window of those after them.
 * @throws {RangeError} when `window` or `minPeriods` is out of range.
 */
export function rollingOf(
  pairs: PairedReturns,
  options: {
    readonly timeframe: CorrelatedTimeframe;
    readonly window: number;
    readonly minPeriods: number | undefined;
    readonly skipped: number;
  },
): CorrelationSeries {
  const { timeframe, window } = options;
  const state = new PairWindow(window, options.minPeriods ?? defaultMinPeriods(window));
  const { minPeriods } = state;
  const skipped = Math.min(pairs.length, options.skipped);
  const length = pairs.length - skipped;
  const column = () => new Float64Array(length);
  const openTime = column(), endTime = column(), n = column(), expected = column();
  const r = column(), nEff = column(), lo = column(), hi = column();
  for (let slot = 0; slot < pairs.length; slot++) {
    state.push(pairs.a[slot]!, pairs.b[slot]!, pairs.possible[slot] === 1);
    const row = slot - skipped;
    if (row < 0) continue;
    const found = state.estimate;
    const interval = fisherInterval(found.r, found.nEff);
    openTime[row] = pairs.openTime(slot);
    endTime[row] = pairs.endTime(slot);
    n[row] = found.n;
    expected[row] = state.expected;
    r[row] = found.r;
    nEff[row] = found.nEff;
    lo[row] = interval.lo;
    hi[row] = interval.hi;
  }
  return {
    timeframe,
    window,
    minPeriods,
    length,
    openTime,
    endTime,
    n,
    expected,
    r,
    nEff,
    lo,
    hi,
  };
}

/**
 * Pearson correlation of log returns over all slots both grids touch.
 *
 * @param options.minPeriods fewest pairs for a value. @default 20
 */
export function correlateAll(
  a: MinuteGrid,
  b: MinuteGrid,
  options: Omit<CorrelateOptions, "window" | "from"> & { readonly source: Source },
): Estimate {
  const { timeframe, source, minPeriods } = options;
  const pairs = pairedReturns(a, b, timeframe, options);
  const to = pairs.start + pairs.length * stepOf(timeframe);
  return allOf(pairs, { timeframe, source, minPeriods, from: pairs.start, to });
}

/** Correlation of all pairs of returns. */
export function allOf(
  pairs: PairedReturns,
  options: {
    readonly timeframe: CorrelatedTimeframe;
    readonly source: Source;
    readonly minPeriods: number | undefined;
    readonly from: number;
    readonly to: number;
  },
): Estimate {
  const { timeframe, source, minPeriods = 20, from, to } = options;
  const { value, n } = correlation(pairs.a, pairs.b);
  return estimateOf({
    r: n < minPeriods ? NaN : value,
    n,
    nEff: effectiveN(pairs.a, pairs.b),
    expected: pairs.possible.reduce((sum, is) => sum + is, 0),
    needed: minPeriods,
    from,
    to,
    method: `Pearson of all ${timeframe} log returns, ${INTERVAL_METHOD}`,
    source,
  });
}

/** Returns of two instruments over the same slots, oldest first; all of them have ended. */
export interface PairedReturns {
  readonly length: number;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** 1 where both could have a return. */
  readonly possible: Uint8Array;
  /** When the slot of a row opens and ends, epoch ms UTC. */
  openTime(row: number): number;
  endTime(row: number): number;
}

function pairedReturns(
  a: MinuteGrid,
  b: MinuteGrid,
  timeframe: GridTimeframe,
  { from = -Infinity, to, returns }: {
    readonly from?: number;
    readonly to?: number | undefined;
    readonly returns?: SharedReturns | undefined;
  },
): PairedReturns & { readonly start: number } {
  const stepMs = stepOf(timeframe);
  const common = commonSlots(a, b, stepMs, to);
  const start = Math.max(common.start, ceilTo(from, stepMs));
  const length = Math.max(0, (common.end - start) / stepMs || 0);
  const cut = (returns: Returns) => {
    const first = Math.max(0, (start - returns.start) / stepMs || 0);
    return {
      value: returns.value.subarray(first, first + length),
      possible: returns.possible.subarray(first, first + length),
    };
  };
  // The first slot's return starts from the slot before.
  const found = (grid: MinuteGrid) =>
    cut(returns?.of(grid) ?? returnsOf(minutesWithin(grid, start - stepMs), timeframe));
  const cutA = found(a), cutB = found(b);
  const possible = cutA.possible.map((is, i) => is & cutB.possible[i]!);
  return {
    start,
    length,
    a: cutA.value,
    b: cutB.value,
    possible,
    openTime: (row) => start + row * stepMs,
    endTime: (row) => start + (row + 1) * stepMs,
  };
}

/** From the first slot both grids touch to the end of the last one that has ended in both. */
export function commonSlots(
  a: Pick<MinuteGrid, "start" | "length">,
  b: Pick<MinuteGrid, "start" | "length">,
  stepMs: number,
  to = Infinity,
): { start: number; end: number } {
  const start = floorTo(Math.max(a.start, b.start), stepMs);
  const end = Math.min(to, a.start + a.length * MINUTE, b.start + b.length * MINUTE);
  return { start, end: floorTo(end, stepMs) };
}
