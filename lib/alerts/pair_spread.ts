import { PastSpread, type SpreadReading } from "../pairs/past_spread.ts";
import type { JudgedMinute, MinuteSide } from "./judged_minute.ts";
import { countPairs, type MetricQuery, neededOf, ofPair } from "./metric.ts";
import type { Reading } from "./reading.ts";

/** A pair's newest bar against the `window` bars before it, and how many of those there could have been. */
export type PairSpread = SpreadReading & { readonly expected: number };

/** Reads a metric of a pair's spread, which is worked out once a minute. */
export function ofPairSpread(
  query: MetricQuery,
  minute: JudgedMinute,
  read: (spread: PairSpread) => Reading,
): Reading {
  const { of, timeframe, window } = query;
  return ofPair(
    query,
    minute,
    (y, x) =>
      read(minute.once(`spread ${of} ${timeframe} ${window}`, () => pairSpread(y, x, query))),
  );
}

function pairSpread(
  y: MinuteSide,
  x: MinuteSide,
  { timeframe, window }: Pick<MetricQuery, "timeframe" | "window">,
): PairSpread {
  const ofY = y.logCloses(timeframe, window + 1), ofX = x.logCloses(timeframe, window + 1);
  const past = new PastSpread({ window, minPeriods: neededOf(window) });
  for (let i = 0; i < window; i++) past.push(ofY.value[i]!, ofX.value[i]!);
  const { expected } = countPairs(ofY, ofX, window);
  return { ...past.of(ofY.value[window]!, ofX.value[window]!), expected };
}
