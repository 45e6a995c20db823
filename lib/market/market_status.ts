import type { FeedSnapshot } from "../feeds/feed.ts";
import type { Coverage } from "../model/coverage.ts";
import type { Source } from "../model/instrument.ts";
import { formatUtc } from "../model/time.ts";
import type { Downtime } from "./connection_log.ts";
import type { ListenerFault } from "./fault_book.ts";
import type { SinkStatus } from "./sink.ts";
import { isFirstAttempt, isHealthy } from "./standing.ts";
import type { StreamOverview } from "./stream_overview.ts";
import { delayedNote, namesText, troublesOf, venueName } from "./venue_troubles.ts";

/** `live`: every open market delivers. `degraded`: some do. `down`: none does. */
export type MarketState = "starting" | "live" | "degraded" | "down" | "closed";

/** The market at a glance; plain data, safe to keep. */
export interface MarketStatus {
  readonly source: Source;
  readonly state: MarketState;
  /** One sentence for people. */
  readonly message: string;
  /** Best guess of venue time now, epoch ms; NaN while unknown. */
  readonly venueTime: number;
  readonly venues: readonly FeedSnapshot[];
  /** Venues that had delivered and do not now: since when, and why it began. */
  readonly outages: readonly Downtime[];
  readonly coverage: readonly Coverage[];
  /** Everything of each stream in one row. */
  readonly streams: readonly StreamOverview[];
  /** Events that slow readers of `market.events()` missed; bars are in the ledgers all the same. */
  readonly droppedEvents: number;
  /** Events held for readers who have not read them yet. */
  readonly waitingEvents: number;
  /** What listeners threw, one entry a cause; empty when none did. */
  readonly listeners: readonly ListenerFault[];
  /** How each attached sink fares. */
  readonly sinks: readonly SinkStatus[];
}

/** The state of the whole from the states of its venues. */
export function stateOf(venues: readonly FeedSnapshot[], isClosed: boolean): MarketState {
  if (isClosed) return "closed";
  const silent = venues.filter((venue) => venue.state !== "live");
  if (silent.length === 0) {
    const streams = venues.flatMap((venue) => venue.streams);
    return streams.every(isHealthy) ? "live" : "degraded";
  }
  if (silent.every(isFirstAttempt)) return "starting";
  return silent.length < venues.length || silent.some(isFirstAttempt) ? "degraded" : "down";
}

/** What a {@link messageOf} is made from. */
export interface StatusFacts {
  readonly source: Source;
  readonly venues: readonly FeedSnapshot[];
  readonly venueTime: number;
  /** @default none is known */
  readonly outages?: readonly Downtime[];
}

/** In one breath: what works, what does not, why, since when and what happens next, as of when. */
export function messageOf(state: MarketState, facts: StatusFacts): string {
  const { source, venues, venueTime, outages = [] } = facts;
  const when = Number.isNaN(venueTime) ? "venue time unknown" : formatUtc(venueTime);
  const streams = venues.flatMap((venue) => venue.streams);
  const sentences = [
    ...venues.flatMap((venue) =>
      troublesOf(venue, outages.find((outage) => outage.venue === venue.venue))
    ),
    ...closedNote(streams.filter((stream) => stream.state === "closed")),
    ...(source === "live" ? [...delayedNote(streams), ...venues.flatMap(clockNoteOf)] : []),
  ];
  const tail = sentences.map((sentence) => ` ${sentence}`).join("");
  switch (state) {
    case "closed":
      return `Closed (${source} data).`;
    case "starting":
      return venues.every((venue) => venue.state === "starting" || venue.state === "live")
        ? `History is in, first live data awaited (${source} data), ${when}.`
        : `Connecting (${source} data).${tail}`;
    case "live": {
      const isAnyOpen = streams.length === 0 || streams.some((stream) => stream.state === "live");
      const all = streams.every((stream) => stream.state === "live") ? "All" : "All open";
      return `${isAnyOpen ? `${all} streams deliver` : "Every market is shut"} (${source} data), ` +
        `${when}.${tail}`;
    }
    case "degraded":
      return `${headlineOf(venues)} (${source} data), ${when}.${tail}`;
    case "down":
      return `NO DATA from any venue (${source} data), ${when}.${tail}`;
  }
}

/** A silence that nobody can judge is not told as a fault. */
function headlineOf(venues: readonly FeedSnapshot[]): string {
  const isFault = venues.some(({ state, streams }) =>
    state !== "live" || streams.some((stream) => !isHealthy(stream) && stream.state !== "unknown")
  );
  return isFault ? "Some streams do not deliver" : "Not every stream is known to deliver";
}

function closedNote(streams: readonly { readonly instrument: string }[]): string[] {
  if (streams.length === 0) return [];
  const shut = streams.length === 1 ? "its market is shut" : "their markets are shut";
  return [`${namesText(streams)}: ${shut}.`];
}

/** A local clock further off than this is worth a word; everything goes by the venue's clock anyway. */
const CLOCK_OFFSET_MS = 2_000;

/** Says when the local clock is off by more than two seconds, for sure. */
export function clockNoteOf(
  venue: Pick<FeedSnapshot, "venue" | "clockOffsetMs" | "clockUncertaintyMs">,
): string[] {
  const { clockOffsetMs: offset, clockUncertaintyMs: uncertainty } = venue;
  if (!(Math.abs(offset) - uncertainty > CLOCK_OFFSET_MS)) return [];
  const seconds = (Math.abs(offset) / 1_000).toFixed(1);
  const side = offset > 0 ? "behind" : "ahead of";
  return [
    `The local clock is ${seconds} s ${side} that of ${
      venueName(venue.venue)
    }; bars go by the venue's, but synchronise it.`,
  ];
}

/** Instruments that wait for the user. */
export function failedIn(venues: readonly FeedSnapshot[]): ReadonlySet<string> {
  const streams = venues.flatMap((venue) => venue.streams);
  return new Set(streams.flatMap((stream) => stream.state === "failed" ? [stream.instrument] : []));
}
