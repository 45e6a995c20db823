import type { Venue } from "../venue.ts";
import { formatUtc, MINUTE } from "../../../lib/model/time.ts";
import { hasCause } from "./causes.ts";
import type { Finding, History } from "./history.ts";
import { settleMs } from "./promises.ts";

/** What the account is not permitted lasts, and is no fault of the run. */
const LASTING: ReadonlySet<string> = new Set(["delayed-instead"]);

/**
 * P6, the other way round: nothing is called wrong that is not. A venue leaves `live`, and a failure or a gap
 * is told, only around a fault; a minute stands as missing only while its market was open, and as waiting for its bar only
 * for a moment.
 *
 * @param isTrading whether data of the venue is due all through a stretch.
 */
export function checkAlarms(
  history: History,
  isTrading: (venue: Venue, from: number, to: number) => boolean,
): Finding[] {
  const findings: Finding[] = [];
  const add = (text: string) => findings.push({ property: "P6", text });
  const venueOf = (instrument: string) =>
    history.ledgers.find((ledger) => ledger.instrument === instrument)?.venue;
  for (const { at, event } of history.told) {
    if (event.kind === "transition" && event.from === "live") {
      if (at >= history.to || hasCause(history, event.venue as Venue, at, at)) continue;
      add(`${event.venue} left live without cause at ${formatUtc(at)}: ${event.reason}`);
    } else if (event.kind === "failure") {
      const { error, venue } = event;
      if (
        at >= history.to || LASTING.has(error.code) || hasCause(history, venue as Venue, at, at)
      ) continue;
      add(`${venue} told a failure without cause at ${formatUtc(at)}: ${error.message}`);
    } else if (event.kind === "gap") {
      if (hasCause(history, venueOf(event.instrument), event.from, at)) continue;
      add(`${event.instrument}: a gap without cause was told at ${formatUtc(at)}: ${event.reason}`);
    }
  }
  for (const { instrument, venue, coverage } of history.ledgers) {
    for (const { from, to, reason } of coverage.missing) {
      for (let time = from; time < to; time += MINUTE) {
        const name = `${instrument} ${formatUtc(time)}`;
        if (!isTrading(venue, time, time)) add(`${name} is missing, and the market was shut`);
        const waitsMs = history.to - (time + MINUTE);
        if (
          reason === "not healed yet" && waitsMs >= settleMs(history.promises, instrument, false)
        ) {
          add(`${name} still waits for its bar`);
        }
      }
    }
  }
  return findings;
}
