import type { Estimate } from "../model/evidence.ts";
import type { Source } from "../model/instrument.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import { floorTo, MINUTE } from "../model/time.ts";
import { DEFAULT_WINDOWS, stepOf, type Timeframe } from "../model/timeframe.ts";
import { correlation } from "../stats/correlation/correlation.ts";
import { fisherInterval } from "../stats/correlation/fisher.ts";
import { estimateOf } from "./estimate_of.ts";
import { defaultMinPeriods, PairWindow } from "./pair_window.ts";
import { type Returns, returnsOf } from "./returns.ts";

export interface CorrelateOptions {
  readonly timeframe: Timeframe;
  /** Slots in the window. @default DEFAULT_WINDOWS[timeframe] */
  readonly window?: number;
  /** Fewest pairs for a value. @default half the window, at least 20, at most all of it */
  readonly minPeriods?: number;
  /** Only slots that end by then (epoch ms). @default the end of both grids */
  readonly to?: number;
}

/** Rolling correlation of a pair, one row a slot of the UTC grid. */
export interface CorrelationSeries {
  readonly timeframe: Timeframe;
  readonly window: number;
  readonly minPeriods: number;
  readonly length: number;
  /** Open time of the newest slot in the window, epoch ms UTC. */
  readonly openTime: Float64Array;
  /** Pairs of returns in the window. */
  readonly n: Float64Array;
  /** Pairs there could have been while both markets were open and covered. */
  readonly expected: Float64Array;
  /** Pearson's r; NaN where insufficient. */
  readonly r: Float64Array;
  /** 95 % Fisher interval; NaN where r is, or with fewer than 4 pairs. */
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

/**
 * Rolling Pearson correlation of log returns over the last `window` slots, those without a pair included:
 * pandas' `a.rolling(window, min_periods).corr(b)` on the reindexed UTC grid. Uses nothing after a slot's
 * end. Rows begin with the first slot both grids touch.
 */
export function correlate(
  a: MinuteGrid,
  b: MinuteGrid,
  options: CorrelateOptions,
): CorrelationSeries {
  const { timeframe, window = DEFAULT_WINDOWS[timeframe] } = options;
  const pairs = pairedReturns(a, b, timeframe, options.to);
  const state = new PairWindow(window, options.minPeriods ?? defaultMinPeriods(window));
  const column = () => new Float64Array(pairs.length);
  const openTime = column(), n = column(), expected = column();
  const r = column(), lo = column(), hi = column();
  for (let i = 0; i < pairs.length; i++) {
    state.push(pairs.a[i]!, pairs.b[i]!, pairs.possible[i] === 1);
    const found = state.value;
    const interval = fisherInterval(found.r, found.n);
    openTime[i] = pairs.start + i * pairs.stepMs;
    n[i] = found.n;
    expected[i] = state.expected;
    r[i] = found.r;
    lo[i] = interval.lo;
    hi[i] = interval.hi;
  }
  const { minPeriods } = state;
  return { timeframe, window, minPeriods, length: pairs.length, openTime, n, expected, r, lo, hi };
}

/**
 * Pearson correlation of log returns over all slots both grids touch.
 *
 * @param options.minPeriods fewest pairs for a value. @default 20
 */
export function correlateAll(
  a: MinuteGrid,
  b: MinuteGrid,
  options: { timeframe: Timeframe; source: Source; minPeriods?: number; to?: number },
): Estimate {
  const { timeframe, source, minPeriods = 20 } = options;
  const pairs = pairedReturns(a, b, timeframe, options.to);
  const { value, n } = correlation(pairs.a, pairs.b);
  return estimateOf({
    r: n < minPeriods ? NaN : value,
    n,
    expected: pairs.possible.reduce((sum, is) => sum + is, 0),
    needed: minPeriods,
    from: pairs.start,
    to: pairs.start + pairs.length * pairs.stepMs,
    method: `Pearson of all ${timeframe} log returns, 95 % Fisher interval`,
    source,
  });
}

/** Returns of two instruments over the slots both grids touch and that have ended. */
interface PairedReturns {
  readonly start: number;
  readonly stepMs: number;
  readonly length: number;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** 1 where both could have a return. */
  readonly possible: Uint8Array;
}

function pairedReturns(
  a: MinuteGrid,
  b: MinuteGrid,
  timeframe: Timeframe,
  to: number | undefined,
): PairedReturns {
  const stepMs = stepOf(timeframe);
  const { start, end } = commonSlots(a, b, stepMs, to);
  const length = Math.max(0, (end - start) / stepMs || 0);
  const cut = (returns: Returns) => {
    const first = Math.max(0, (start - returns.start) / stepMs || 0);
    return {
      value: returns.value.subarray(first, first + length),
      possible: returns.possible.subarray(first, first + length),
    };
  };
  const cutA = cut(returnsOf(a, timeframe)), cutB = cut(returnsOf(b, timeframe));
  const possible = cutA.possible.map((is, i) => is & cutB.possible[i]!);
  return { start, stepMs, length, a: cutA.value, b: cutB.value, possible };
}

/** From the first slot both grids touch to the end of the last one that has ended in both. */
export function commonSlots(
  a: MinuteGrid,
  b: MinuteGrid,
  stepMs: number,
  to = Infinity,
): { start: number; end: number } {
  const start = floorTo(Math.max(a.start, b.start), stepMs);
  const end = Math.min(to, a.start + a.length * MINUTE, b.start + b.length * MINUTE);
  return { start, end: floorTo(end, stepMs) };
}
