import { pairBreak } from "../../pairs/pair_break.ts";
import type { MinuteSide } from "../judged_minute.ts";
import { ALL_TIMEFRAMES, knownOf, type Metric, ofPair } from "../metric.ts";
import type { Reading } from "../reading.ts";

/** `pairBreak` compares its newest rows with 120 before them, and the newest are 60 at least. */
const LEAST = 180;
/** What live pairs are tested on. */
const USUAL = 720;
/** From here on the sentence of an alert says what it means. */
const CHANGED = 0.05;

/**
 * p of a pair whose newest bars move together as those before them did, over the newest `window` bars: small when the
 * relation has changed. Bars after a gap or a break of the session are compared with those before it; those before a roll
 * do not count. Unknown while fewer than 60 bars have come since more than 60 were missing.
 */
export const relation: Metric = {
  name: "relation",
  title: "p of an unchanged relation",
  unit: "",
  of: "pair",
  timeframes: ALL_TIMEFRAMES,
  window: { least: LEAST, usual: () => USUAL },
  meaning: (p) => p < CHANGED ? "The two no longer move together as they did" : undefined,
  read: (query, minute) => {
    const { of, timeframe, window } = query;
    return ofPair(
      query,
      minute,
      (y, x) => minute.once(`relation ${of} ${timeframe} ${window}`, () => changeOf(y, x, query)),
    );
  },
};

function changeOf(
  y: MinuteSide,
  x: MinuteSide,
  { timeframe, window }: Parameters<Metric["read"]>[0],
): Reading {
  const inY = y.logCloses(timeframe, window).value, inX = x.logCloses(timeframe, window).value;
  let n = 0;
  for (let row = 0; row < window; row++) if (Number.isFinite(inY[row]! + inX[row]!)) n++;
  const { pvalue } = pairBreak(inY, inX);
  return knownOf(pvalue, { n, expected: window, window });
}
