import type { FeedSnapshot, StreamSnapshot } from "../feeds/feed.ts";
import type { Coverage } from "../model/coverage.ts";
import type { Source } from "../model/instrument.ts";
import { formatUtc } from "../model/time.ts";
import type { StreamOverview } from "./stream_overview.ts";

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
  readonly coverage: readonly Coverage[];
  /** Everything of each stream in one row. */
  readonly streams: readonly StreamOverview[];
  /** Events that slow readers of `market.events()` missed; bars are in the ledgers all the same. */
  readonly droppedEvents: number;
  /** Events held for readers who have not read them yet. */
  readonly waitingEvents: number;
}

/** The state of the whole from the states of its venues. */
export function stateOf(venues: readonly FeedSnapshot[], isClosed: boolean): MarketState {
  if (isClosed) return "closed";
  const silent = venues.filter((venue) => venue.state !== "live");
  if (silent.length === 0) {
    const streams = venues.flatMap((venue) => venue.streams);
    return streams.every(isHealthy) ? "live" : "degraded";
  }
  if (silent.every(isStarting)) return "starting";
  return silent.length < venues.length || silent.some(isStarting) ? "degraded" : "down";
}

/** One sentence: what works, what does not and why, as of when. */
export function messageOf(
  state: MarketState,
  source: Source,
  venues: readonly FeedSnapshot[],
  venueTime: number,
): string {
  const when = Number.isNaN(venueTime) ? "venue time unknown" : formatUtc(venueTime);
  const troubles = venues.flatMap(troublesOf);
  const notes = source === "live" ? venues.flatMap(clockNoteOf) : [];
  const trouble = [...troubles, ...notes].map((sentence) => ` ${sentence}`).join("");
  switch (state) {
    case "closed":
      return `Closed (${source} data).`;
    case "starting":
      return venues.every((venue) => venue.state === "starting" || venue.state === "live")
        ? `History is in, first live data awaited (${source} data), ${when}.`
        : `Connecting (${source} data).${trouble}`;
    case "live":
      return `All streams deliver (${source} data), ${when}.${trouble}`;
    case "degraded":
      return `Some streams do not deliver (${source} data), ${when}.${trouble}`;
    case "down":
      return `NO DATA from any venue (${source} data), ${when}.${trouble}`;
  }
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
    `The local clock is ${seconds} s ${side} ${venue.venue}'s; bars go by the venue's, but synchronise it.`,
  ];
}

/** Instruments that wait for the user. */
export function failedIn(venues: readonly FeedSnapshot[]): ReadonlySet<string> {
  const streams = venues.flatMap((venue) => venue.streams);
  return new Set(streams.flatMap((stream) => stream.state === "failed" ? [stream.instrument] : []));
}

function isHealthy(stream: StreamSnapshot): boolean {
  return stream.state === "live" || stream.state === "closed";
}

/** A venue in its first attempt has nothing to complain of yet. */
function isStarting(venue: FeedSnapshot): boolean {
  return venue.reconnects === 0 && venue.lastError === undefined && venue.state !== "failed";
}

/** What is wrong with a venue, one sentence each; empty when all is well. */
export function troublesOf(venue: FeedSnapshot): string[] {
  if (venue.state !== "live" && venue.lastError !== undefined) return [venue.lastError.message];
  if (venue.state !== "live") return [`${venue.venue} is ${venue.state}.`];
  return venue.streams.filter((stream) => !isHealthy(stream)).map((stream) =>
    stream.error?.message ?? wordOf(stream)
  );
}

function wordOf({ instrument, state }: StreamSnapshot): string {
  return state === "unknown"
    ? `${instrument} is silent, and whether its market is open is not known.`
    : `${instrument} is ${state}.`;
}
