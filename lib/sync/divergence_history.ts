import { SessionClock } from "../calendar/market_sessions.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";
import { RollingCorrelation } from "../stats/rolling/rolling_correlation.ts";
import { DivergenceScore } from "./divergence.ts";
import {
  type DivergenceEpisode,
  DivergenceEpisodes,
  type DivergenceLimits,
  type EpisodeGate,
} from "./divergence_episodes.ts";
import { ARMING_CORRELATION, DIVERGENCE_MINUTES } from "./divergence_reading.ts";
import { defaultMinPeriods } from "./pair_window.ts";
import { type Returns, returnsOf } from "./returns.ts";

/** Options of {@link divergenceHistory}. */
export interface DivergenceHistoryOptions extends DivergenceLimits {
  /** One-minute returns in the correlation that arms. @default 60 */
  readonly correlationWindow?: number;
}

/** The divergence of a pair over all minutes that both grids have, oldest first. */
export interface DivergenceHistory {
  /** Open time of the first minute, epoch ms UTC; row `i` is `i` minutes later. NaN without any. */
  readonly start: number;
  readonly length: number;
  /** In standard deviations; NaN where unknown. */
  readonly score: Float64Array;
  /** 1 where the score counts: correlation above 0.4, in US regular hours. */
  readonly armed: Uint8Array;
  readonly episodes: readonly DivergenceEpisode[];
}

const NEW_YORK = new SessionClock("us");

/**
 * The divergence of two markets minute by minute, and its episodes. Each minute is scored and armed as it was when it
 * closed: by the five-minute changes up to then, and the correlation of the returns up to then. O(minutes).
 */
export function divergenceHistory(
  a: MinuteGrid,
  b: MinuteGrid,
  options: DivergenceHistoryOptions = {},
): DivergenceHistory {
  const { correlationWindow = 60, ...limits } = options;
  const found = new DivergenceEpisodes(limits);
  const ofA = returnsOf(a, "1m"), ofB = returnsOf(b, "1m");
  const start = Math.max(ofA.start, ofB.start);
  const end = Math.min(endOf(ofA), endOf(ofB));
  const length = Math.max(0, (end - start) / MINUTE || 0);
  const score = new Float64Array(length).fill(NaN), armed = new Uint8Array(length);
  const scores = new DivergenceScore({ horizon: DIVERGENCE_MINUTES });
  const correlation = new RollingCorrelation({
    window: correlationWindow,
    minPeriods: defaultMinPeriods(correlationWindow),
  });
  const rowsA = (start - ofA.start) / MINUTE, rowsB = (start - ofB.start) / MINUTE;
  for (let row = 0; row < length; row++) {
    const time = start + row * MINUTE;
    const returnA = ofA.value[rowsA + row]!, returnB = ofB.value[rowsB + row]!;
    const value = score[row] = scores.push(returnA, returnB);
    correlation.push(returnA, returnB);
    const gate = gateOf(value, correlation.value, time);
    if (gate === "armed") armed[row] = 1;
    found.push(time, value, gate);
  }
  return { start: length === 0 ? NaN : start, length, score, armed, episodes: found.episodes };
}

function gateOf(score: number, correlation: number, time: number): EpisodeGate {
  if (Number.isNaN(score) || Number.isNaN(correlation)) return "unknown";
  return correlation > ARMING_CORRELATION && NEW_YORK.isOpen(time) ? "armed" : "disarmed";
}

function endOf({ start, length }: Returns): number {
  return start + length * MINUTE;
}
