import type { Venue } from "../venue.ts";
import { type Interval, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { History, Struck } from "./history.ts";

/** What a fault leaves behind is felt for so long after its end, ms. */
const AFTERMATH_MS = 120 * SECOND;
/** A fault that counts messages has met them so long after the first, ms. */
const OCCASION_MS = 240 * SECOND;
/** Kraken's are trades alone, and up to thirty: a quiet market has three frames of them in a minute. */
const TRADES_OCCASION_MS = 10 * MINUTE;

/** True when a fault that the venue's feed can feel reaches into a stretch, or was over shortly before. */
export function hasCause(
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
function feltUntil({ data, bars }: History, { who, from, to }: Struck): number {
  if (to > from || who === "client" || who === "network") return to + AFTERMATH_MS;
  // Delayed data still comes when the market is shut: what the fault spoils may be the bars after the open.
  const met = Math.max(
    firstFrom(data[who] ?? [], from),
    who === "ibkr" ? firstFrom(bars, from) : from,
  );
  return met + (who === "kraken" ? TRADES_OCCASION_MS : OCCASION_MS) + AFTERMATH_MS;
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

/** True when another fault, or a standstill of the client, reaches into a stretch. */
export function isDisturbed(
  { faults, standstills }: History,
  venue: Venue,
  { from, to }: Interval,
  own: Struck,
): boolean {
  const reaches = (stretch: Interval) => stretch.to >= from && stretch.from <= to;
  return faults.some((other) =>
    other !== own && reaches(other) &&
    (other.who === venue || other.who === "client" || other.who === "network")
  ) || standstills.some(reaches);
}
