import type { FeedSnapshot, StreamSnapshot, StreamState } from "../feeds/feed.ts";

/**
 * How an instrument's data stands, in the word its badges say: its stream's state, and `catching up` while data
 * flows but what was lost is still being fetched. Only `live` and `catching up` numbers are of now.
 */
export type Standing = StreamState | "catching up";

/** Joins the state of a stream with that of its venue's connection: no stream is better than what carries it. */
export function standingOf(
  venue: Pick<FeedSnapshot, "state" | "reconnects" | "lastError">,
  stream: Pick<StreamSnapshot, "state">,
): Standing {
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

/** True for streams that are as they should be: data comes, or the market is shut. */
export function isHealthy({ state }: Pick<StreamSnapshot, "state">): boolean {
  return state === "live" || state === "closed";
}
