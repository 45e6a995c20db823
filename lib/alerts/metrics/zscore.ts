import { DEFAULT_WINDOWS } from "../../model/timeframe.ts";
import { ALL_TIMEFRAMES, knownOf, type Metric } from "../metric.ts";
import { ofPairSpread } from "../pair_spread.ts";

/** The spread in standard deviations of what the same line left over the `window` bars before the newest. */
export const zscore: Metric = {
  name: "zscore",
  title: "z-score of the spread",
  unit: "",
  of: "pair",
  timeframes: ALL_TIMEFRAMES,
  window: { least: 20, usual: (timeframe) => DEFAULT_WINDOWS[timeframe] },
  read: (query, minute) =>
    ofPairSpread(
      query,
      minute,
      ({ zscore, n, expected }) => knownOf(zscore, { n, expected, window: query.window }),
    ),
};
