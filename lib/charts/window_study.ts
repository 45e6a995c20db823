import type { Estimate } from "../model/evidence.ts";
import type { Source } from "../model/instrument.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import type { Interval } from "../model/time.ts";
import { type CorrelatedTimeframe, stepOf, type Timeframe } from "../model/timeframe.ts";
import { correlation } from "../stats/correlation/correlation.ts";
import { fisherInterval } from "../stats/correlation/fisher.ts";
import { estimateOf, INTERVAL_METHOD } from "../sync/estimate_of.ts";
import { laggedPairs, type LongReturns } from "../sync/lagged_pairs.ts";
import {
  commonSlots,
  correlate,
  type CorrelationSeries,
  rollingOf,
} from "../sync/pair_correlation.ts";
import { defaultMinPeriods } from "../sync/pair_window.ts";
import { type Returns, returnsOf } from "../sync/returns.ts";

/** What a reader sets to look at a pair. */
export interface WindowChoice {
  readonly timeframe: CorrelatedTimeframe;
  /** Slots in the window, 4 or more. */
  readonly window: number;
  /** Slots that `b` is looked at later than `a`; positive asks whether `a` leads. */
  readonly lag: number;
}

/** Correlation at one lag, over the newest window there. */
export interface LagPoint {
  readonly lag: number;
  /** NaN where insufficient. */
  readonly r: number;
  readonly n: number;
}

export interface StudyOptions extends WindowChoice {
  /** Furthest lag either way, slots. */
  readonly maxLag: number;
  readonly source: Source;
  /** Only slots that end by then (epoch ms). @default the end of both grids */
  readonly to?: number;
}

/** The answer to a {@link WindowChoice}. */
export interface WindowStudy {
  /** Rolling correlation; row times are those of `a`'s slots. */
  readonly rolling: CorrelationSeries;
  /** When the later of a row's two newest slots opens and ends, epoch ms UTC: the row is known from its end on. */
  readonly laterOpen: Float64Array;
  readonly laterEnd: Float64Array;
  readonly newest: Estimate;
  readonly byLag: readonly LagPoint[];
  /**
   * Half width of the 95 % interval around 0 for the effective pairs of the newest window (for its n while it
   * has no correlation), at one lag alone. */
  readonly band: number;
}

/**
 * Rolling correlation of `a` with `b` some slots later, and the newest window at every lag up to
 * `maxLag` either way. Each window holds `window` slots at every lag, so that the rolling line's end and
 * the point at its lag are one number.
 */
export function studyWindow(
  a: MinuteGrid,
  b: MinuteGrid,
  choice: StudyOptions & { readonly timeframe: Timeframe },
): WindowStudy {
  const { timeframe, window, lag } = choice;
  const stepMs = stepOf(timeframe);
  const rolling = correlate(a, movedBack(b, lag * stepMs), {
    timeframe,
    window,
    to: lastEnd(choice, lag),
  });
  const last = rolling.length - 1;
  const end = last < 0 ? NaN : rolling.openTime[last]! + stepMs;
  const newest = newestOf(rolling, choice, {
    from: end - Math.min(rolling.length, window) * stepMs + Math.min(0, lag) * stepMs,
    to: end + Math.max(0, lag) * stepMs,
  });
  const leadMs = Math.max(0, lag) * stepMs;
  return {
    rolling,
    newest,
    laterOpen: rolling.openTime.map((time) => time + leadMs),
    laterEnd: rolling.openTime.map((time) => time + stepMs + leadMs),
    byLag: correlationByLag(a, b, choice),
    band: bandOf(rolling, newest),
  };
}

/** {@link studyWindow} of returns that were made where the minutes are; their last slot is the newest there is. */
export function studyReturns(returns: LongReturns, choice: StudyOptions): WindowStudy {
  const { timeframe, window, lag, maxLag } = choice;
  const pairs = laggedPairs(returns, lag);
  const rolling = rollingOf(pairs, { timeframe, window, minPeriods: undefined, skipped: 0 });
  const last = pairs.length - 1;
  const newest = newestOf(rolling, choice, {
    from: last < 0 ? NaN : pairs.openTime(Math.max(0, pairs.length - window)),
    to: last < 0 ? NaN : pairs.laterEnd(last),
  });
  const rows = Array.from({ length: pairs.length }, (_, row) => row);
  const least = defaultMinPeriods(window);
  return {
    rolling,
    newest,
    laterOpen: Float64Array.from(rows, pairs.laterOpen),
    laterEnd: Float64Array.from(rows, pairs.laterEnd),
    byLag: Array.from({ length: 2 * maxLag + 1 }, (_, i) => {
      const { a, b } = laggedPairs(returns, i - maxLag);
      const { value, n } = correlation(a.slice(-window), b.slice(-window));
      return { lag: i - maxLag, r: n < least ? NaN : value, n };
    }),
    band: bandOf(rolling, newest),
  };
}

/** The estimate at the end of the rolling line. */
function newestOf(
  rolling: CorrelationSeries,
  choice: StudyOptions,
  { from, to }: Interval,
): Estimate {
  const last = rolling.length - 1;
  return estimateOf({
    r: rolling.r[last] ?? NaN,
    n: rolling.n[last] ?? 0,
    nEff: rolling.nEff[last] ?? NaN,
    expected: rolling.expected[last] ?? 0,
    needed: rolling.minPeriods,
    from,
    to,
    method: methodOf(choice),
    source: choice.source,
  });
}

function bandOf({ nEff }: CorrelationSeries, newest: Estimate): number {
  const effective = nEff.at(-1) ?? NaN;
  return fisherInterval(0, Number.isNaN(effective) ? newest.n : effective).hi;
}

function methodOf({ timeframe, window, lag }: WindowChoice): string {
  return `Pearson of ${timeframe} log returns, last ${window} slots, lag ${lag}, ${INTERVAL_METHOD}`;
}

/** Moved back by the lag, later slots fall on earlier ones; no return changes, for slots move as wholes. */
function movedBack(grid: MinuteGrid, byMs: number): MinuteGrid {
  return { ...grid, start: grid.start - byMs };
}

/** When the newest of `a`'s slots may end, so that `b`'s, `lag` slots on, has ended too. */
function lastEnd({ timeframe, to = Infinity }: StudyOptions, lag: number): number {
  return to - Math.max(0, lag) * stepOf(timeframe);
}

function correlationByLag(
  a: MinuteGrid,
  b: MinuteGrid,
  choice: StudyOptions & { readonly timeframe: Timeframe },
): LagPoint[] {
  const { timeframe, window, maxLag } = choice;
  const stepMs = stepOf(timeframe);
  const inA = returnsOf(a, timeframe), inB = returnsOf(b, timeframe);
  const least = defaultMinPeriods(window);
  return Array.from({ length: 2 * maxLag + 1 }, (_, i) => {
    const lag = i - maxLag;
    const moved = movedBack(b, lag * stepMs);
    const { start, end } = commonSlots(a, moved, stepMs, lastEnd(choice, lag));
    const rows = Math.max(0, Math.min(window, (end - start) / stepMs || 0));
    const newest = (returns: Returns, end: number) => {
      const stop = Math.max(0, (end - returns.start) / stepMs || 0);
      return returns.value.subarray(Math.max(0, stop - rows), stop);
    };
    const { value, n } = correlation(newest(inA, end), newest(inB, end + lag * stepMs));
    return { lag, r: n < least ? NaN : value, n };
  });
}
