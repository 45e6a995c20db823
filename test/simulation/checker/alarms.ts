import type { Venue } from "../../../lib/model/instrument.ts";
import { formatUtc, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { Finding, History, Struck } from "./history.ts";

/** What a fault leaves behind is felt for so long after its end, ms. */
const AFTERMATH_MS = 120 * SECOND;
/** A fault that counts messages has met them so long after the first, ms. */
const OCCASION_MS = 240 * SECOND;
/** A minute that ended this recently may still be on its way, ms. */
const SETTLE_MS = 25_000;

/**
 * P6, the other way round: nothing is called wrong that is not. A venue leaves `live`, and a gap is told, only
 * around a fault; a minute stands as missing only while its market was open, and as waiting for its bar only
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
      if (at >= history.to || hasCause(history, event.venue, at, at)) continue;
      add(`${event.venue} left live without cause at ${formatUtc(at)}: ${event.reason}`);
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
        if (reason === "not healed yet" && time + MINUTE <= history.to - SETTLE_MS) {
          add(`${name} still waits for its bar`);
        }
      }
    }
  }
  return findings;
}

/** True when a fault that the venue's feed can feel reaches into a stretch, or was over shortly before. */
function hasCause(
  history: History,
  venue: Venue | undefined,
  from: number,
  to: number,
): boolean {
  return history.standstills.some((still) => still.from <= to && still.to + AFTERMATH_MS >= from) ||
    history.faults.some((fault) =>
      (fault.who === venue || fault.who === "client" || fault.who === "network") &&
      fault.from <= to && feltUntil(history, fault) >= from
    );
}

/** A fault without length spoils the next few messages, which on a Friday evening are Sunday's. */
function feltUntil({ data }: History, { who, from, to }: Struck): number {
  if (to > from || who === "client" || who === "network") return to + AFTERMATH_MS;
  return firstFrom(data[who], from) + OCCASION_MS + AFTERMATH_MS;
}

/** The first of the sorted times that is not before another; that other when there is none. */
function firstFrom(times: readonly number[], from: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return times[low] ?? from;
}
