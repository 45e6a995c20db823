import { type Metric, MINUTES } from "../metric.ts";
import { known, unknown } from "../reading.ts";

/** How far the venue's clock is ahead of this machine's, ms; of a venue or of the one an instrument is from. */
export const offset: Metric = {
  name: "offset",
  title: "clock offset",
  unit: " ms",
  of: "contact",
  timeframes: MINUTES,
  read: ({ of, ids }, minute) => {
    const watched = ids.length > 0 ? ids : minute.instrumentsOf(of);
    const offsets = watched.map((id) => minute.contact(id)?.offsetMs ?? NaN);
    const value = offsets.find((one) => !Number.isNaN(one));
    return value === undefined ? unknown("stale") : known(value);
  },
};
