import { PAIR_VENUES, type Venue } from "../venue.ts";
import { formatUtc, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { hasCause, isDisturbed } from "./causes.ts";
import type { Finding, History } from "./history.ts";
import { staysOf } from "./states.ts";

/** A minute's last part comes this long after its end, at most. */
const ARRIVAL_MS = 10 * SECOND;

/** What was under way when a fault ended has come in by then. */
const IN_FLIGHT_MS = 2 * SECOND;

/**
 * P9 in the small: what a fault has ended is asked for again. Minutes far from any fault come from the stream
 * and not, minute by minute, from history; and where IBKR says that it is back, data flows soon after.
 *
 * @param isTrading whether data of the venue is due all through a stretch.
 */
export function checkStreams(
  history: History,
  isTrading: (venue: Venue, from: number, to: number) => boolean,
): Finding[] {
  return [...checkOrigins(history), ...checkRestored(history, isTrading)]
    .map((text) => ({ property: "P9", text }));
}

function checkOrigins(history: History): string[] {
  const found: string[] = [];
  const streamedFrom = new Map<string, number>();
  const venueOf = new Map(history.ledgers.map(({ instrument, venue }) => [instrument, venue]));
  for (const { event } of history.told) {
    if (event.kind !== "bar" || event.change !== "new") continue;
    const { instrument, origin, bar: { openTime } } = event;
    if (history.promises.delayed.includes(instrument)) continue;
    // Where minutes are made of trades, history often shows a quiet end before the next trade does.
    if (PAIR_VENUES.some((venue) => venue === venueOf.get(instrument))) continue;
    if (origin === "stream" && !streamedFrom.has(instrument)) {
      streamedFrom.set(instrument, openTime);
    }
    if (origin === "stream" || !(openTime > (streamedFrom.get(instrument) ?? Infinity))) continue;
    const arrival = openTime + MINUTE + ARRIVAL_MS;
    if (hasCause(history, venueOf.get(instrument), openTime, arrival)) continue;
    found.push(`${instrument} ${formatUtc(openTime)} had to be healed without cause`);
  }
  return found;
}

function checkRestored(
  history: History,
  isTrading: (venue: Venue, from: number, to: number) => boolean,
): string[] {
  const { restoredMs, delayed } = history.promises;
  const { bars } = history;
  if (delayed.length > 0) return [];
  const found: string[] = [];
  const stays = staysOf(history, "ibkr");
  for (const fault of history.faults) {
    const limitMs = restoredMs[fault.kind];
    const end = fault.to + (limitMs ?? 0);
    if (fault.who !== "ibkr" || limitMs === undefined || end > history.to) continue;
    const before = stays.find(({ from, to }) => fault.from >= from && fault.from < to);
    if (before?.state !== "live" || !isTrading("ibkr", fault.from, end)) continue;
    if (isDisturbed(history, "ibkr", { from: fault.from - 2 * MINUTE, to: end }, fault)) continue;
    const after = stays.find(({ from, to }) => end >= from && end < to);
    const name = `${limitMs} ms after the end of ${fault.kind} at ${formatUtc(end)}`;
    if (after !== undefined && after.state !== "live") found.push(`ibkr is ${after.state} ${name}`);
    const flows = bars.some((at) => at > fault.to + IN_FLIGHT_MS && at <= end);
    if (!flows) found.push(`no bars of ibkr came until ${name}`);
  }
  return found;
}
