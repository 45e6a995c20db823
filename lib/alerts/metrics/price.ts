import { ALL_TIMEFRAMES, type Metric, ofInstrument } from "../metric.ts";
import { known, unknown } from "../reading.ts";

/** The close of the newest bar; with `timeframe: tick` the price of each trade. */
export const price: Metric = {
  name: "price",
  title: "price",
  unit: "",
  of: "instrument",
  timeframes: ALL_TIMEFRAMES,
  isTick: true,
  read: (query, minute) =>
    ofInstrument(query, minute, (side) => {
      const { isComplete, close } = side.slot(query.timeframe);
      return isComplete ? known(close) : unknown("stale");
    }),
};
