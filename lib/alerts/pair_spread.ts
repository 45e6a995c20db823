import { PastSpread, type SpreadReading } from "../pairs/past_spread.ts";
import type { MinuteSide } from "./judged_minute.ts";
import { countPairs, type MetricQuery, neededOf } from "./metric.ts";

/** A pair's newest bar against the `window` bars before it, and how many of those there could have been. */
export function pairSpread(
  y: MinuteSide,
  x: MinuteSide,
  { timeframe, window }: Pick<MetricQuery, "timeframe" | "window">,
): SpreadReading & { readonly expected: number } {
  const ofY = y.closes(timeframe, window + 1), ofX = x.closes(timeframe, window + 1);
  const past = new PastSpread({ window, minPeriods: neededOf(window) });
  for (let i = 0; i < window; i++) past.push(Math.log(ofY.value[i]!), Math.log(ofX.value[i]!));
  const { expected } = countPairs(ofY, ofX, window);
  return { ...past.of(Math.log(ofY.value[window]!), Math.log(ofX.value[window]!)), expected };
}
