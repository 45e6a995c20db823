import { rebar } from "../../bars/rebar.ts";
import type { BarSeries } from "./bar_series.ts";

/** Bars made as long as the other side's. @throws {RangeError} where they cannot be put together to that length. */
export function atStep(series: BarSeries, fromMs: number, toMs: number): BarSeries {
  if (toMs === fromMs) return series;
  const { openTime, open, high, low, close, volume } = series;
  const made = rebar(
    { openTime, open, high, low, close, volume },
    { stepMs: toMs, barMs: fromMs },
  );
  return {
    openTime: made.openTime,
    open: made.open,
    high: made.high,
    low: made.low,
    close: made.close,
    volume: made.volume,
    unusable: series.unusable,
    repeated: series.repeated,
  };
}
