import type { FeedSnapshot, StreamSnapshot } from "../feeds/feed.ts";
import { STOPPED_BY_USER } from "../feeds/connection.ts";
import { venueTitle } from "../feeds/venues.ts";
import { briefUtc, formatUtc, MINUTE } from "../model/time.ts";
import type { Downtime } from "./connection_log.ts";
import { isFirstAttempt, isHealthy } from "./instrument_freshness.ts";

/** `ES`, `ES and NQ`, `BTCUSDT, ES and NQ`. */
export function namesText(streams: readonly { readonly instrument: string }[]): string {
  const names = streams.map(({ instrument }) => instrument);
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/**
 * What is wrong with a venue, for people: what, since when, why, and when it is tried again. Empty when all is
 * well. Nothing in it grows from second to second.
 *
 * @param outage since when and why it does not deliver, where it had delivered before.
 */
export function troublesOf(venue: FeedSnapshot, outage?: Downtime): string[] {
  if (venue.streams.some(({ state }) => state === "stored")) return [];
  if (venue.state === "live") {
    // Streams flow, and what else the venue is asked for does not come: a ban of requests, say.
    const { lastError } = venue;
    return [...streamTroubles(venue.streams), ...(lastError ? [sentence(lastError.message)] : [])];
  }
  if (venue.state === "stopped") return [`${venueTitle(venue.venue)} is ${STOPPED_BY_USER}.`];
  if (venue.state === "closed") return [`The connection to ${venueTitle(venue.venue)} is closed.`];
  const cause = venue.lastError?.message ?? outage?.reason;
  if (isFirstAttempt(venue) && cause === undefined) {
    return venue.state === "starting" ? [] : [`${venueTitle(venue.venue)}: connecting.`];
  }
  const what = `${venueTitle(venue.venue)} ${stateText(venue, outage)}`;
  const parts = [cause === undefined ? `${what}.` : `${what}: ${sentence(cause)}`];
  const plan = planOf(venue);
  return [[...parts, ...(plan === undefined ? [] : [plan])].join(" ")];
}

/** `has been down since 14:02:24 UTC`: the state of a connection that does not deliver. */
function stateText(venue: FeedSnapshot, outage: Downtime | undefined): string {
  const { state, venueTime, streams } = venue;
  const since = outage === undefined ? undefined : briefUtc(outage.from, venueTime);
  switch (state) {
    case "failed":
      return since === undefined
        ? "needs you"
        : `has delivered nothing since ${since} and needs you`;
    case "stale":
      return since === undefined ? "sends no data" : `has sent no data since ${since}`;
    case "starting": {
      const flows = streams.some((stream) => stream.state === "live");
      const awaited = flows ? "data flows, its history is awaited" : "data is awaited";
      const lost = since === undefined ? "is connected" : `was lost at ${since} and is back`;
      return `${lost}, ${awaited}; last failure`;
    }
    default:
      return since === undefined ? "is down" : `has been down since ${since}`;
  }
}

/** What happens next; undefined where nothing does by itself, or all is under way. */
function planOf({ state, attempt, retryAt, clockOffsetMs }: FeedSnapshot): string | undefined {
  if (retryAt !== undefined) {
    // A simulated venue lives in another year: its clock does not say when.
    const isSame = Number.isNaN(clockOffsetMs) || Math.abs(clockOffsetMs) < MINUTE;
    const clock = isSame ? "" : " by this machine's clock";
    return `Attempt ${attempt} at ${formatUtc(retryAt).slice(11)}${clock}.`;
  }
  const isTrying = state === "connecting" || state === "handshake" || state === "ready";
  if (!isTrying) return undefined;
  return attempt === 0 ? "The first attempt is under way." : `Attempt ${attempt} is under way.`;
}

/** Streams that do not deliver though their venue does; those with the same trouble are named together. */
function streamTroubles(streams: readonly StreamSnapshot[]): string[] {
  const groups = new Map<string, StreamSnapshot[]>();
  for (const stream of streams.filter((each) => !isHealthy(each))) {
    const key = stream.error?.message ?? stream.state;
    groups.set(key, [...groups.get(key) ?? [], stream]);
  }
  return [...groups.values()].map((alike) => {
    const error = alike[0]!.error;
    return error === undefined ? silenceText(alike) : sentence(error.message);
  });
}

function silenceText(alike: readonly StreamSnapshot[]): string {
  const names = namesText(alike), isOne = alike.length === 1;
  switch (alike[0]!.state) {
    case "unknown":
      return `${names} ${isOne ? "is" : "are"} silent, and whether ${
        isOne ? "its market" : "their market"
      } is open is not known.`;
    case "waiting":
      return `${names}: first data awaited.`;
    case "stale":
      return `${names} ${isOne ? "sends" : "send"} no data.`;
    default:
      return `${names}: ${alike[0]!.state}.`;
  }
}

/** Says which instruments are shown later than they trade. */
export function delayedNote(streams: readonly StreamSnapshot[]): string[] {
  const delayed = streams.filter(({ source, isDelayed }) => isDelayed ?? source === "delayed");
  return delayed.length === 0
    ? []
    : [`${namesText(delayed)}: delayed data, 10 to 15 minutes late.`];
}

/** Reasons of transitions begin small and lack their full stop. */
function sentence(text: string): string {
  return /[.!?)]$/.test(text) ? text : `${text}.`;
}
