import { type Venue, VENUES } from "../venue.ts";
import { checkAlarms } from "./alarms.ts";
import { checkSockets } from "./connections.ts";
import { checkCoverage } from "./coverage.ts";
import type { Finding, History, TruthAt } from "./history.ts";
import { checkLimits } from "./limits.ts";
import { checkMinutes, type MinuteCount } from "./minutes.ts";
import { checkStates } from "./states.ts";
import { checkStreams } from "./streams.ts";
import { checkNoticed, measureTimes, type Times } from "./times.ts";

/** What the judge says of a run. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly count: MinuteCount;
  readonly times: Times;
  readonly disconnects: number;
}

/**
 * Judges a run by the truth and by what it left behind, and by nothing else.
 *
 * @param isTrading whether data of the venue is due all through a stretch.
 */
export function check(
  history: History,
  truthAt: TruthAt,
  isTrading: (venue: Venue, from: number, to: number) => boolean,
): Verdict {
  const { findings, count } = checkMinutes(history, truthAt);
  return {
    findings: [
      ...findings,
      ...checkCoverage(history),
      ...checkSockets(history),
      ...checkStates(history, isTrading),
      ...checkNoticed(history, isTrading),
      ...checkAlarms(history, isTrading),
      ...checkStreams(history, isTrading),
      ...checkLimits(history),
    ],
    count,
    times: measureTimes(history),
    disconnects: countDisconnects(history),
  };
}

/** Open sockets that ended, those replaced by an overlap not counted. */
function countDisconnects({ sockets }: History): number {
  let disconnects = 0;
  for (const venue of VENUES) {
    const open = new Set<number>();
    for (const { id, what } of sockets.filter((step) => step.venue === venue)) {
      if (what === "open") open.add(id);
      if (what === "end" && open.delete(id) && open.size === 0) disconnects++;
    }
  }
  return disconnects;
}
