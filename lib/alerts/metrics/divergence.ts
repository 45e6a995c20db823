import { DEFAULT_WINDOWS } from "../../model/timeframe.ts";
import { DivergenceScore } from "../../sync/divergence.ts";
import { ARMING_CORRELATION } from "../../sync/divergence_reading.ts";
import { ALL_TIMEFRAMES, knownOf, type Metric, neededOf, ofPair } from "../metric.ts";
import { unknown } from "../reading.ts";
import { correlationOf } from "./correlation.ts";

const ARMING_WINDOW = 60;

/**
 * How much more y has changed than x over `horizon` bars, in standard deviations of that difference over the `window`
 * bars before it. Armed while their 1m correlation over 60 is above 0.4.
 */
export const divergence: Metric = {
  name: "divergence",
  title: "divergence",
  unit: "σ",
  of: "pair",
  timeframes: ALL_TIMEFRAMES,
  window: { least: 20, usual: (timeframe) => DEFAULT_WINDOWS[timeframe] },
  horizon: { least: 1, usual: () => 1 },
  read: (query, minute) =>
    ofPair(query, minute, (y, x) => {
      const { of, timeframe, window, horizon } = query;
      const arming = minute.once(
        `arming ${of}`,
        () => correlationOf(y, x, "1m", ARMING_WINDOW),
      );
      if (arming.kind === "unknown") return arming;
      if (!(arming.value > ARMING_CORRELATION)) return unknown("not armed");
      const count = window + 2 * horizon - 1;
      const ofY = y.returns(timeframe, count), ofX = x.returns(timeframe, count);
      const score = new DivergenceScore({ horizon, window, minPeriods: neededOf(window) });
      let value = NaN, n = 0, expected = 0, run = 0, possibleRun = 0;
      for (let i = 0; i < count; i++) {
        value = score.push(ofY.value[i]!, ofX.value[i]!);
        // A difference over the horizon needs every return in it.
        run = Number.isNaN(ofY.value[i]! + ofX.value[i]!) ? 0 : run + 1;
        possibleRun = (ofY.possible[i]! & ofX.possible[i]!) === 1 ? possibleRun + 1 : 0;
        if (i < horizon - 1 || i >= window + horizon - 1) continue;
        if (run >= horizon) n++;
        if (possibleRun >= horizon) expected++;
      }
      return knownOf(value, { n, expected, window });
    }),
};
