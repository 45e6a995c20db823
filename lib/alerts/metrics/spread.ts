import { DEFAULT_WINDOWS } from "../../model/timeframe.ts";
import { ALL_TIMEFRAMES, knownOf, type Metric, ofPair } from "../metric.ts";
import { pairSpread } from "../pair_spread.ts";

/** `y − βx − α` of log prices; the line by least squares on the `window` bars before the newest. */
export const spread: Metric = {
  name: "spread",
  title: "spread",
  unit: "",
  of: "pair",
  timeframes: ALL_TIMEFRAMES,
  window: { least: 20, usual: (timeframe) => DEFAULT_WINDOWS[timeframe] },
  read: (query, minute) =>
    ofPair(query, minute, (y, x) => {
      const { spread, n, expected } = pairSpread(y, x, query);
      return knownOf(spread, { n, expected, window: query.window });
    }),
};
