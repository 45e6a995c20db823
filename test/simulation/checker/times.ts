import { type Venue, venueOf, VENUES } from "../venue.ts";
import { formatUtc, type Interval, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { isDisturbed } from "./causes.ts";
import type { Finding, History } from "./history.ts";
import { staysOf } from "./states.ts";

/** How long things took, ms, in no order. */
export interface Times {
  /** From a silent fault's strike to leaving `live`. */
  readonly detect: number[];
  /** From leaving `live`, or the end of the fault if that was later, to being live again. */
  readonly recover: number[];
  /** From the end of a minute the stream lost, or of the fault if that was later, to its bar from history. */
  readonly heal: number[];
  /** From the end of the run's last fault to being live for good, once a venue. */
  readonly settle: number[];
}

/** Faults that nobody announces: silence is all there is to see. */
const SILENT_KINDS = new Set(["stall", "silence", "dead-streams"]);
/** What was under way at a strike has come in by then, ms. */
const IN_FLIGHT_MS = 5_000;
/** What comes later than this after a strike has another cause, ms. */
const LOOK_MS = 120_000;

/** P6: a silent fault that meets a live venue and nothing else is noticed in time. */
export function checkNoticed(
  history: History,
  isTrading: (venue: Venue, from: number, to: number) => boolean,
): Finding[] {
  const findings: Finding[] = [];
  for (const fault of history.faults) {
    const { who, kind, from, to } = fault;
    const limitMs = history.promises.noticeMs[`${who} ${kind}`];
    if (limitMs === undefined || (who === "client" || who === "network")) continue;
    const end = from + limitMs;
    const lasts = kind === "dead-streams" ? end <= history.to : to > end;
    const isDue = kind === "stall" || isTrading(who, from, end);
    const stay = staysOf(history, who).find((each) => from >= each.from && from < each.to);
    if (!lasts || !isDue || stay?.state !== "live" || stay.to <= end) continue;
    if (isDisturbed(history, who, { from: from - LOOK_MS, to: end }, fault)) continue;
    // Streams that fall silent one after the other are replaced one after the other, and the venue stays live.
    if (isToldSilent(history, who, { from, to: end })) continue;
    if (who === "ibkr" && hasBarsAgain(history, { from, to: end })) continue;
    findings.push({
      property: "P6",
      text: `${who} did not notice ${kind} within ${limitMs} ms at ${formatUtc(from)}`,
    });
  }
  return findings;
}

/** True when the feed has said that streams of the venue are silent. */
function isToldSilent({ told }: History, venue: Venue, { from, to }: Interval): boolean {
  return told.some(({ at, event }) =>
    at >= from && at <= to && event.kind === "failure" && event.venue === venue &&
    event.error.code === "silent"
  );
}

/** What was asked for anew in time brings its first five-second bar so much later. */
const FIRST_BAR_MS = 7 * SECOND;

/** True when bars flow again: live streams were asked for anew, while delayed ones kept the venue live. */
function hasBarsAgain({ bars, promises }: History, { from, to }: Interval): boolean {
  return promises.delayed.length > 0 &&
    bars.some((at) => at > from + IN_FLIGHT_MS && at <= to + FIRST_BAR_MS);
}

/** Detection, recovery and healing times of a run. */
export function measureTimes(history: History): Times {
  const detect: number[] = [];
  const recover: number[] = [];
  const settle: number[] = [];
  const lastEndAt = Math.max(history.from, ...history.faults.map(({ to }) => to));
  for (const venue of VENUES) {
    const stays = staysOf(history, venue);
    const final = stays.findLast((stay) => stay.from < history.to && stay.to >= history.to);
    if (final?.state === "live") settle.push(Math.max(0, final.from - lastEndAt));
    for (const fault of history.faults) {
      if (fault.who !== venue || !SILENT_KINDS.has(fault.kind)) continue;
      const stay = stays.find(({ from, to }) => fault.from >= from && fault.from < to);
      if (stay?.state !== "live" || stay.to - fault.from > LOOK_MS) continue;
      // What was over before anybody noticed has been healed unnoticed.
      if (fault.kind !== "dead-streams" && stay.to > fault.to) continue;
      if (isDisturbed(history, venue, { from: fault.from, to: stay.to }, fault)) continue;
      detect.push(stay.to - fault.from);
    }
    let left = NaN;
    for (const { state, from } of stays) {
      if (state === "live") {
        if (!Number.isNaN(left)) recover.push(from - lastEnd(history, venue, left, from));
        left = NaN;
      } else if (Number.isNaN(left) && stays.some((s) => s.state === "live" && s.to === from)) {
        left = from;
      }
    }
  }
  const liveFrom = new Map<string, number>();
  const heal: number[] = [];
  for (const { at, event } of history.told) {
    if (event.kind !== "bar" || event.change !== "new") continue;
    if (event.origin === "stream" && !liveFrom.has(event.instrument)) {
      liveFrom.set(event.instrument, event.bar.openTime);
    }
    const since = liveFrom.get(event.instrument) ?? Infinity;
    if (event.origin === "history" && event.bar.openTime > since) {
      const venue = venueOf(event.instrument);
      heal.push(at - lastEnd(history, venue, event.bar.openTime + MINUTE, at));
    }
  }
  return { detect, recover, heal, settle };
}

/** The end of the last fault that was over between two times; the earlier of them when none was. */
function lastEnd({ faults }: History, venue: Venue, from: number, to: number): number {
  return faults.reduce((last, fault) => {
    const isOurs = fault.who === venue || fault.who === "client" || fault.who === "network";
    return isOurs && fault.to <= to ? Math.max(last, fault.to) : last;
  }, from);
}
