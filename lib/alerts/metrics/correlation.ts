import { DEFAULT_WINDOWS, type Timeframe } from "../../model/timeframe.ts";
import { RollingCorrelation } from "../../stats/rolling/rolling_correlation.ts";
import type { MinuteSide } from "../judged_minute.ts";
import { ALL_TIMEFRAMES, countPairs, knownOf, type Metric, neededOf, ofPair } from "../metric.ts";
import type { Reading } from "../reading.ts";

/** Pearson's r of the log returns of the last `window` slots: what the correlation panel shows. */
export const correlation: Metric = {
  name: "correlation",
  title: "correlation",
  unit: "",
  of: "pair",
  timeframes: ALL_TIMEFRAMES,
  window: { least: 20, usual: (timeframe) => DEFAULT_WINDOWS[timeframe] },
  read: (query, minute) =>
    ofPair(query, minute, (y, x) => correlationOf(y, x, query.timeframe, query.window)),
};

/** The correlation of two instruments at the end of a minute. */
export function correlationOf(
  y: MinuteSide,
  x: MinuteSide,
  timeframe: Timeframe,
  window: number,
): Reading {
  const ofY = y.returns(timeframe, window), ofX = x.returns(timeframe, window);
  const rolling = new RollingCorrelation({ window, minPeriods: neededOf(window) });
  for (let i = 0; i < window; i++) rolling.push(ofY.value[i]!, ofX.value[i]!);
  return knownOf(rolling.value, { ...countPairs(ofY, ofX), window });
}
