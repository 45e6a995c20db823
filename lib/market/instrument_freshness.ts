import type { FeedSnapshot, StreamSnapshot, StreamState } from "../feeds/feed.ts";
import type { Source } from "../model/instrument.ts";
import { MINUTE } from "../model/time.ts";
import type { TradingMode } from "../model/trading_mode.ts";

/**
 * `live`: every open market delivers. `degraded`: some do. `down`: none does. `stopped`: the user has stopped every
 * venue, or follows nothing. `stored`: no feed runs.
 */
export type MarketState =
  | "starting"
  | "live"
  | "degraded"
  | "down"
  | "stopped"
  | "closed"
  | "stored";

/**
 * How an instrument's data stands, as its badges name it: its stream's state, and `catching up` while data
 * flows but what was lost is still being fetched. Only `live` and `catching up` numbers are of now.
 */
export type Standing = StreamState | "catching up";

/** How fresh one instrument's data is. */
export interface InstrumentFreshness {
  readonly instrument: string;
  readonly standing: Standing;
  readonly source: Source;
  /** Whether its data comes 10 to 15 minutes late. */
  readonly isDelayed: boolean;
  /** End of its newest closed minute, epoch ms UTC; NaN while there is none. */
  readonly dataTime: number;
  /** Local ms since the newest message; undefined before the first. */
  readonly ageMs: number | undefined;
  /** Venue time of the newest message, epoch ms UTC; NaN before the first. */
  readonly lastAt: number;
  /** Venue time minus local time, ms, with its half-width; NaN while unknown. */
  readonly offsetMs: number;
  readonly offsetUncertaintyMs: number;
  /** What its venue lets be done with it, where that is less than usual. */
  readonly trading?: TradingMode;
}

/**
 * How fresh the data of instruments is, from what their feeds report.
 *
 * @param instruments in this order. @default all, in the order of their venues
 */
export function instrumentFreshness(
  { venues, state, speed = 1 }: {
    readonly venues: readonly FeedSnapshot[];
    readonly state: MarketState;
    readonly speed?: number;
  },
  instruments: readonly string[] = venues.flatMap(({ streams }) =>
    streams.map(({ instrument }) => instrument)
  ),
): InstrumentFreshness[] {
  const found = new Map(
    venues.flatMap((venue) =>
      venue.streams.map((stream) => [stream.instrument, { venue, stream }] as const)
    ),
  );
  return instruments.flatMap((instrument) => {
    const { venue, stream } = found.get(instrument) ?? {};
    if (venue === undefined || stream === undefined) return [];
    const { trading = "online" } = stream;
    return [{
      instrument,
      standing: state === "closed" ? "stale" as const : standingOf(venue, stream),
      source: stream.source,
      isDelayed: stream.isDelayed ?? stream.source === "delayed",
      dataTime: (stream.lastBar ?? NaN) + MINUTE,
      ageMs: stream.lastEventAgeMs,
      lastAt: venue.venueTime - (stream.lastEventAgeMs ?? NaN) * speed,
      offsetMs: venue.clockOffsetMs,
      offsetUncertaintyMs: venue.clockUncertaintyMs,
      ...(trading === "online" ? {} : { trading }),
    }];
  });
}

/** True for what should have come and has not. */
export function isOverdue(standing: Standing): boolean {
  return standing === "stale" || standing === "failed";
}

/** Joins the state of a stream with that of its venue's connection: no stream is better than what carries it. */
export function standingOf(
  venue: Pick<FeedSnapshot, "state" | "reconnects" | "lastError">,
  stream: Pick<StreamSnapshot, "state">,
): Standing {
  if (stream.state === "stored" || stream.state === "stopped") return stream.state;
  if (venue.state === "failed" || stream.state === "failed") return "failed";
  switch (venue.state) {
    case "live":
    // The connection is stale when none of its open markets delivers; the streams know each for itself.
    case "stale":
      return stream.state;
    case "starting":
      if (stream.state === "live") return "catching up";
      return stream.state === "stale" && isFirstAttempt(venue) ? "waiting" : stream.state;
    default:
      return isFirstAttempt(venue) ? "waiting" : "stale";
  }
}

/** A venue in its first attempt has nothing to complain of yet. One that has gone quiet was live before. */
export function isFirstAttempt(
  venue: Pick<FeedSnapshot, "state" | "reconnects" | "lastError">,
): boolean {
  const hasBegun = venue.state === "stale" || venue.state === "failed";
  return venue.reconnects === 0 && venue.lastError === undefined && !hasBegun;
}

/** True for streams that are as they should be: data comes, the market is shut, or the user wants none. */
export function isHealthy({ state }: Pick<StreamSnapshot, "state">): boolean {
  return state === "live" || state === "closed" || state === "stopped" || state === "stored";
}
