import { storedText } from "../model/stored_text.ts";
import type { ChannelStatus } from "../model/delivery.ts";
import type { FeedSnapshot } from "../feeds/feed.ts";
import { venueTitle } from "../feeds/venues.ts";
import type { FeedEvent } from "../model/feed_event.ts";
import type { Log } from "../runtime/log.ts";
import type { Coverage } from "../model/coverage.ts";
import type { Source, Venue } from "../model/instrument.ts";
import { formatUtc, HOUR } from "../model/time.ts";
import type { Downtime } from "./connection_log.ts";
import type { ListenerFault } from "./fault_book.ts";
import { type HistoryProgress, historyText } from "./history_progress.ts";
import { isInAnotherZone } from "./market_time.ts";
import type { SinkStatus } from "./sink.ts";
import { isFirstAttempt, isHealthy, type MarketState } from "./instrument_freshness.ts";
import type { StreamOverview } from "./stream_overview.ts";
import { delayedNote, namesText, troublesOf } from "./venue_troubles.ts";

export type { MarketState };

/** The market at a glance; plain data, safe to keep. */
export interface MarketStatus {
  readonly source: Source;
  readonly state: MarketState;
  /** One sentence for people. */
  readonly message: string;
  /** Best guess of venue time now, epoch ms; NaN while unknown. */
  readonly venueTime: number;
  /** Venue seconds per local second; 1 but for a simulation. */
  readonly speed: number;
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
  /** History that is still coming; undefined once it is in. */
  readonly history: HistoryProgress | undefined;
  /** What listeners threw, one entry a cause; empty when none did. */
  readonly listeners: readonly ListenerFault[];
  /** How each attached sink fares. */
  readonly sinks: readonly SinkStatus[];
  /** How each channel of alerts fares. */
  readonly channels: readonly ChannelStatus[];
}

/** What a venue is to the market: one that trades, one whose indices are shown beside it, or one that is not followed. */
export type VenueRole = "trading" | "index" | "unfollowed";

/**
 * The state of the whole from the states of its trading venues; of all, where none trades.
 *
 * @param roleOf the role of a venue. @default each trades
 */
export function stateOf(
  all: readonly FeedSnapshot[],
  isClosed: boolean,
  roleOf: (venue: Venue) => VenueRole = () => "trading",
): MarketState {
  if (isClosed) return "closed";
  if (all.some(({ streams }) => streams.some(isStored))) return "stored";
  const venues = countedIn(all, roleOf);
  if (all.length > 0 && venues.length === 0) return "stopped";
  const silent = venues.filter((venue) => venue.state !== "live");
  if (silent.length === 0) {
    const streams = venues.flatMap((venue) => venue.streams);
    return streams.every(isHealthy) ? "live" : "degraded";
  }
  if (silent.every(isFirstAttempt)) return "starting";
  return silent.length < venues.length || silent.some(isFirstAttempt) ? "degraded" : "down";
}

function isStored({ state }: { readonly state: string }): boolean {
  return state === "stored";
}

function isStopped({ state }: Pick<FeedSnapshot, "state">): boolean {
  return state === "stopped";
}

/** The venues whose state is the market's; one that the user has stopped, or wants nothing of, says nothing of it. */
function countedIn(
  all: readonly FeedSnapshot[],
  roleOf: (venue: Venue) => VenueRole,
): readonly FeedSnapshot[] {
  const venues = all.filter((one) => !isStopped(one) && roleOf(one.venue) !== "unfollowed");
  const trading = venues.filter(({ venue }) => roleOf(venue) === "trading");
  return trading.length === 0 ? venues : trading;
}

/** What a {@link messageOf} is made from. */
export interface StatusFacts {
  readonly source: Source;
  readonly venues: readonly FeedSnapshot[];
  readonly venueTime: number;
  /** @default none is known */
  readonly outages?: readonly Downtime[];
  /** @default all of it is in */
  readonly history?: HistoryProgress;
  /** See {@link stateOf}. @default each trades */
  readonly roleOf?: (venue: Venue) => VenueRole;
}

/** The same facts of instruments by their titles, for a sentence that a panel shows: logs and files have ids. */
export function titledFacts(
  facts: StatusFacts,
  titleOf: (instrument: string) => string,
): StatusFacts {
  const { history } = facts;
  const venues = facts.venues.map((venue) => ({
    ...venue,
    streams: venue.streams.map((stream) => ({
      ...stream,
      instrument: titleOf(stream.instrument),
    })),
  }));
  if (history === undefined) return { ...facts, venues };
  return {
    ...facts,
    venues,
    history: { ...history, instruments: history.instruments.map(titleOf) },
  };
}

/** In one breath: what works, what does not, why, since when and what happens next, as of when. */
export function messageOf(state: MarketState, facts: StatusFacts): string {
  const { source, venueTime, outages = [], history, roleOf = () => "trading" } = facts;
  const venues = facts.venues.filter(({ venue }) => roleOf(venue) !== "unfollowed");
  const counted = countedIn(venues, roleOf);
  const main = counted.flatMap((venue) => venue.streams);
  const isKnown = !Number.isNaN(venueTime);
  const when = isKnown ? `, ${formatUtc(venueTime)}` : "";
  const streams = venues.flatMap((venue) => venue.streams);
  const sentences = [
    ...(history === undefined ? [] : [historyText(history)]),
    ...venues.flatMap((venue) =>
      troublesOf(venue, outages.find((outage) => outage.venue === venue.venue))
    ),
    ...closedNote(streams.filter((stream) => stream.state === "closed")),
    ...(source === "live"
      ? [...delayedNote(streams), ...venues.filter(isReal).flatMap(clockNoteOf)]
      : []),
  ];
  const tail = sentences.map((sentence) => ` ${sentence}`).join("");
  switch (state) {
    case "closed":
      return `Closed (${source} data).`;
    case "stored":
      return `No feed: ${kindsText(streams)}${isKnown ? `, to ${formatUtc(venueTime)}` : ""}.`;
    case "stopped":
      return `${venues.length === 0 ? "Nothing is followed" : "Every venue is stopped"} ` +
        `(${source} data)${when}.${tail}`;
    case "starting":
      return counted.every((venue) => venue.state === "starting" || venue.state === "live")
        ? `${awaitedText(main, history)} (${source} data)${when}.${
          history === undefined ? "" : tail
        }`
        : `Connecting (${source} data).${tail}`;
    case "live": {
      const isAnyOpen = main.length === 0 || main.some((stream) => stream.state === "live");
      const other = venues.some(isStopped) ? " other" : "";
      const all = main.every((stream) => stream.state === "live")
        ? `All${other}`
        : `All${other} open`;
      return `${isAnyOpen ? `${all} streams deliver` : "Every market is shut"} (${source} data)` +
        `${when}.${tail}`;
    }
    case "degraded":
      return `${headlineOf(counted)} (${source} data)${when}.${tail}`;
    case "down":
      return `NO DATA from any ${
        counted.length < venues.length ? "trading venue" : "venue"
      } (${source} data)${when}.${tail}`;
  }
}

/** `stored (live) data of ES and NQ, stored (imported) data of BTCUSDT`. */
function kindsText(
  streams: readonly { readonly instrument: string; readonly source: Source }[],
): string {
  const sources = [...new Set(streams.map(({ source }) => source))];
  return sources.map((source) => {
    const names = namesText(streams.filter((stream) => stream.source === source));
    return `${storedText(source)} of ${names}`;
  }).join(", ");
}

/** What a market awaits whose venues are all there. */
function awaitedText(
  streams: readonly { readonly state: string }[],
  history: HistoryProgress | undefined,
): string {
  if (history === undefined) return "History is in, first live data awaited";
  const flows = streams.some(({ state }) => state === "live");
  return flows ? "Data flows, its history is coming" : "Connected, first live data awaited";
}

/** A silence that nobody can judge is not reported as a fault. */
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

/** A local clock further off than this is worth a warning; everything goes by the venue's clock anyway. */
const CLOCK_OFFSET_MS = 2_000;

/** False for a venue that says it is simulated: its clock is in another year. */
function isReal({ streams }: Pick<FeedSnapshot, "streams">): boolean {
  return !streams.some(({ source }) => source === "simulated");
}

/** Says when the local clock is off by more than two seconds, for sure. */
export function clockNoteOf(
  venue: Pick<FeedSnapshot, "venue" | "clockOffsetMs" | "clockUncertaintyMs">,
): string[] {
  const { clockOffsetMs: offset, clockUncertaintyMs: uncertainty } = venue;
  if (!(Math.abs(offset) - uncertainty > CLOCK_OFFSET_MS)) return [];
  if (isInAnotherZone(offset)) {
    const hours = Math.round(4 * Math.abs(offset) / HOUR) / 4;
    return [
      `The clock of ${venueTitle(venue.venue)} is ${hours} h ${
        offset > 0 ? "ahead of" : "behind"
      } this machine's, as if one of them were set to another zone; ` +
      "the market goes by a venue that agrees with this machine, where there is one.",
    ];
  }
  const seconds = (Math.abs(offset) / 1_000).toFixed(1);
  const side = offset > 0 ? "behind" : "ahead of";
  return [
    `The local clock is ${seconds} s ${side} that of ${
      venueTitle(venue.venue)
    }; bars go by the venue's, but synchronise it.`,
  ];
}

/** Instruments that wait for the user: failed, or stopped with their venue. */
export function givenUpIn(venues: readonly FeedSnapshot[]): ReadonlySet<string> {
  const streams = venues.flatMap((venue) => venue.streams);
  const waiting = streams.filter(({ state }) => state === "failed" || state === "stopped");
  return new Set(waiting.map(({ instrument }) => instrument));
}

/**
 * Logs what nobody may miss: that no trading venue delivers any more, that one does again, and that the local clock
 * is off. Each is logged once.
 */
export class MarketAlarm {
  readonly #sourceOf: (venue: Venue) => Source;
  readonly #log: Log;
  readonly #warnedClocks = new Set<Venue>();
  #isDown = false;

  /** @param options.sourceOf what the data of a venue is. */
  constructor(options: { readonly sourceOf: (venue: Venue) => Source; readonly log: Log }) {
    this.#sourceOf = options.sourceOf;
    this.#log = options.log;
  }

  /** Judges the venues after one changed its state; gives the outage that began or ended, if one did. */
  outage(
    facts: StatusFacts,
  ): { readonly isDown: boolean; readonly message: string } | undefined {
    const state = stateOf(facts.venues, false, facts.roleOf);
    const isDown = state === "down";
    if (isDown === this.#isDown) return undefined;
    this.#isDown = isDown;
    const whole = messageOf(state, facts);
    const message = isDown ? whole : `Data again. ${whole}`;
    if (isDown) this.#log.error(message);
    else this.#log.info(message);
    return { isDown, message };
  }

  /** Warns when the local clock is surely off from a real venue's. */
  clock(event: Extract<FeedEvent, { kind: "clock" }>): void {
    const { venue, offsetMs, uncertaintyMs } = event;
    if (this.#sourceOf(venue) !== "live" || this.#warnedClocks.has(venue)) return;
    const [note] = clockNoteOf({
      venue,
      clockOffsetMs: offsetMs,
      clockUncertaintyMs: uncertaintyMs,
    });
    if (note === undefined) return;
    this.#warnedClocks.add(venue);
    this.#log.warn(note, { offsetMs, uncertaintyMs });
  }
}
