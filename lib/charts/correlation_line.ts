import { briefUtc } from "../model/time.ts";
import { CORRELATED_TIMEFRAMES, type CorrelatedTimeframe } from "../model/timeframe.ts";
import type { Theme } from "./theme.ts";

/** Rolling correlation of one timeframe; equal lengths, oldest first, NaN where there is no value. */
export interface CorrelationLine {
  readonly timeframe: CorrelatedTimeframe;
  /** Returns in the window. */
  readonly window: number;
  /** When the newest bar in the window ended, epoch ms UTC. */
  readonly endTime: Float64Array;
  readonly r: Float64Array;
  /** 95 % Fisher interval on the effective pairs. */
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  /** Fewest returns for a value: says why a line begins late. @default it is not said */
  readonly minPeriods?: number;
}

/** Where a line begins so much later than the first, as a share of the time shown, it says why. */
const LATE_SHARE = 0.1;

/** `1h from 13:00: before, its window held fewer than 20 returns`. */
export function lateStarts(lines: readonly CorrelationLine[]): string[] {
  const starts = lines.map(({ endTime, r }) => {
    const first = r.findIndex((value) => !Number.isNaN(value));
    return first < 0 ? NaN : endTime[first]!;
  });
  const known = starts.filter((start) => !Number.isNaN(start));
  const first = Math.min(...known);
  const last = Math.max(...lines.map(({ endTime }) => endTime.at(-1) ?? -Infinity));
  return lines.flatMap(({ timeframe, minPeriods }, i) => {
    const start = starts[i]!;
    if (minPeriods === undefined || !(start - first > LATE_SHARE * (last - first))) return [];
    return [`${timeframe} from ${briefUtc(start, last)}: before, fewer than ${minPeriods} returns`];
  });
}

/** Each timeframe has a colour of its own, whichever others stand beside it. */
export function lineColour(timeframe: CorrelatedTimeframe, theme: Theme): string {
  return theme.lines[CORRELATED_TIMEFRAMES.indexOf(timeframe)] ?? theme.text;
}
