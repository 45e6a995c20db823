import type { FeedEvent } from "../model/feed_event.ts";
import type { Venue } from "../model/instrument.ts";

/** A stretch of venue time in which a venue that had delivered did not. */
export interface Downtime {
  readonly venue: Venue;
  /** Venue time, epoch ms UTC. */
  readonly from: number;
  /** Venue time of the first data after it; Infinity while it lasts. */
  readonly to: number;
  /** Why it began. */
  readonly reason: string;
}

/** Times kept of each kind; older ones go. */
const CAPACITY = 1_000;

/** When each venue was down, and when it was stopped by the user, learned from its transitions. */
export class ConnectionLog {
  readonly #downtimes: Downtime[] = [];
  readonly #stops: Downtime[] = [];
  /** Venue time minus local time at the last event that had both, for those that have only one. */
  #offsetMs = NaN;

  take(event: Extract<FeedEvent, { kind: "transition" }>): void {
    const { venue, to, receivedAt } = event;
    const time = event.time ?? Math.round(receivedAt + this.#offsetMs);
    if (event.time !== undefined) this.#offsetMs = event.time - receivedAt;
    const isStopped = this.#stops.some((stop) => stop.venue === venue && stop.to === Infinity);
    if (to === "live" || to === "stopped") end(this.#downtimes, venue, time);
    if (to === "live") end(this.#stops, venue, time);
    else if (to === "stopped") {
      // One that never ran was stopped all the time.
      const from = Number.isNaN(time) ? -Infinity : time;
      begin(this.#stops, { venue, from, reason: event.reason });
    } else if (isStopped && (to === "recovering" || to === "failed")) {
      // Started again, it did not come: that is no wish of the user.
      end(this.#stops, venue, time);
      begin(this.#downtimes, { venue, from: time, reason: event.reason });
    } else if (event.from === "live" && to !== "closed") {
      begin(this.#downtimes, { venue, from: time, reason: event.reason });
    }
  }

  /** When the venue was down after it had once been live, oldest first. */
  downtimes(venue: Venue): readonly Downtime[] {
    return this.#downtimes.filter((downtime) => downtime.venue === venue);
  }

  /** From when to when the user had stopped the venue, to the first data after it; oldest first. */
  stops(venue: Venue): readonly Downtime[] {
    return this.#stops.filter((stop) => stop.venue === venue);
  }

  /** Downtimes that last, at most one a venue. */
  get open(): readonly Downtime[] {
    return this.#downtimes.filter(({ to }) => to === Infinity);
  }
}

function begin(times: Downtime[], time: Omit<Downtime, "to">): void {
  times.push({ ...time, to: Infinity });
  if (times.length > CAPACITY) times.shift();
}

function end(times: Downtime[], venue: Venue, to: number): void {
  const at = times.findLastIndex((time) => time.venue === venue && time.to === Infinity);
  const found = times[at];
  if (found !== undefined) times[at] = { ...found, to };
}
