import { briefUtc } from "../model/time.ts";
import { stepOf, type Timeframe } from "../model/timeframe.ts";

/** Rolling correlation of one timeframe; equal lengths, oldest first, NaN where there is no value. */
export interface CorrelationLine {
  readonly timeframe: Timeframe;
  /** Returns in the window. */
  readonly window: number;
  /** Open time of the newest bar in the window, epoch ms UTC. */
  readonly openTime: Float64Array;
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
  const starts = lines.map(({ timeframe, openTime, r }) => {
    const first = r.findIndex((value) => !Number.isNaN(value));
    return first < 0 ? NaN : openTime[first]! + stepOf(timeframe);
  });
  const known = starts.filter((start) => !Number.isNaN(start));
  const first = Math.min(...known);
  const last = Math.max(...lines.map(({ openTime }) => openTime.at(-1) ?? -Infinity));
  return lines.flatMap(({ timeframe, minPeriods }, i) => {
    const start = starts[i]!;
    if (minPeriods === undefined || !(start - first > LATE_SHARE * (last - first))) return [];
    return [`${timeframe} from ${briefUtc(start, last)}: before, fewer than ${minPeriods} returns`];
  });
}
