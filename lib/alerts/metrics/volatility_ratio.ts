import { VolatilityStrip } from "../../sync/realized_volatility.ts";
import { type Metric, MINUTES, ofInstrument } from "../metric.ts";
import { known } from "../reading.ts";

const RETURNS = 60;

/** Realized volatility of 15 minutes over that of 60; 1 when it is steady. */
export const volatilityRatio: Metric = {
  name: "volatility-ratio",
  title: "volatility ratio",
  unit: "x",
  of: "instrument",
  timeframes: MINUTES,
  read: (query, minute) =>
    ofInstrument(query, minute, (side) => {
      const { value, possible } = side.returns("1m", RETURNS);
      const strip = new VolatilityStrip();
      let n = 0, expected = 0;
      for (let i = 0; i < RETURNS; i++) {
        strip.push(value[i]!);
        if (!Number.isNaN(value[i]!)) n++;
        expected += possible[i]!;
      }
      return known(strip.value.ratio, n, expected);
    }),
};
