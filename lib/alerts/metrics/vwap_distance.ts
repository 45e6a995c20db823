import { DAY, floorTo, MINUTE } from "../../model/time.ts";
import { hasBar, minutesWithin } from "../../model/minute_grid.ts";
import { SessionVwap } from "../../sync/vwap.ts";
import { type Metric, MINUTES, ofInstrument } from "../metric.ts";
import { known } from "../reading.ts";

/** How far the close is above the session's VWAP, per cent. A bar counts at its typical price. */
export const vwapDistance: Metric = {
  name: "vwap-distance",
  title: "distance from the VWAP",
  unit: " %",
  of: "instrument",
  timeframes: MINUTES,
  refusal: ({ kind }) => kind === "index" ? "has no volume" : undefined,
  read: (query, minute) =>
    ofInstrument(query, minute, ({ grid, calendar }) => {
      const session = calendar.sessionOf(minute.openTime)?.from ?? NaN;
      const began = session === -Infinity ? floorTo(minute.openTime, DAY) : session;
      const { start, length, high, low, close, volume, status } = minutesWithin(grid, began);
      const running = new SessionVwap(calendar);
      let n = 0;
      for (let row = 0; row < length; row++) {
        if (!hasBar(status[row])) continue;
        n++;
        const typical = (high[row]! + low[row]! + close[row]!) / 3;
        running.push(start + row * MINUTE, typical, volume[row]!, true);
      }
      const vwap = running.value;
      const expected = (minute.time - began) / MINUTE;
      return known(100 * (close[length - 1]! - vwap) / vwap, n, expected);
    }),
};
