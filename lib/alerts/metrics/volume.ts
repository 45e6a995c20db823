import { relativeVolume } from "../../sync/relative_volume.ts";
import { ALL_TIMEFRAMES, type Metric, ofInstrument } from "../metric.ts";
import { known } from "../reading.ts";

const BARS = 20;

/** The bar's volume over its mean of the last `window` (20) bars, the newest included; all of them must be there. */
export const volume: Metric = {
  name: "volume",
  title: "volume",
  unit: "x",
  of: "instrument",
  timeframes: ALL_TIMEFRAMES,
  window: { least: 2, usual: () => BARS },
  refusal: ({ kind }) => kind === "index" ? "has no volume" : undefined,
  read: (query, minute) =>
    ofInstrument(query, minute, (side) => {
      const { timeframe, window } = query;
      const rows = Float64Array.from({ length: window }, (_, i) => {
        const slot = side.slot(timeframe, window - 1 - i);
        return slot.isComplete ? slot.volume : NaN;
      });
      return known(relativeVolume(rows, { window }).at(-1)!, window, window);
    }),
};
