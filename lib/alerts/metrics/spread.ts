import { DEFAULT_WINDOWS } from "../../model/timeframe.ts";
import { ALL_TIMEFRAMES, knownOf, type Metric } from "../metric.ts";
import { ofPairSpread } from "../pair_spread.ts";

/** `y − βx − α` of log prices; the line by least squares on the `window` bars before the newest. */
export const spread: Metric = {
  name: "spread",
  title: "spread",
  unit: "",
  of: "pair",
  timeframes: ALL_TIMEFRAMES,
  window: { least: 20, usual: (timeframe) => DEFAULT_WINDOWS[timeframe] },
  read: (query, minute) =>
    ofPairSpread(
      query,
      minute,
      ({ spread, n, expected }) => knownOf(spread, { n, expected, window: query.window }),
    ),
};
