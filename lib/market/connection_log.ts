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

/** Downtimes kept a venue; older ones go. */
const CAPACITY = 1_000;

/** When each venue was down, learned from its transitions. */
export class ConnectionLog {
  readonly #downtimes: Downtime[] = [];
  /** Venue time minus local time at the last event that had both, for those that have only one. */
  #offsetMs = NaN;

  take(event: Extract<FeedEvent, { kind: "transition" }>): void {
    const { venue, to, receivedAt } = event;
    const time = event.time ?? Math.round(receivedAt + this.#offsetMs);
    if (event.time !== undefined) this.#offsetMs = event.time - receivedAt;
    if (to === "live") this.#end(venue, time);
    else if (event.from === "live" && to !== "closed") this.#begin(venue, time, event.reason);
  }

  /** When the venue was down after it had once been live, oldest first. */
  downtimes(venue: Venue): readonly Downtime[] {
    return this.#downtimes.filter((downtime) => downtime.venue === venue);
  }

  /** Downtimes that last, at most one a venue. */
  get open(): readonly Downtime[] {
    return this.#downtimes.filter(({ to }) => to === Infinity);
  }

  #begin(venue: Venue, from: number, reason: string): void {
    this.#downtimes.push({ venue, from, to: Infinity, reason });
    if (this.#downtimes.length > CAPACITY) this.#downtimes.shift();
  }

  #end(venue: Venue, to: number): void {
    const at = this.#downtimes.findLastIndex((down) =>
      down.venue === venue && down.to === Infinity
    );
    const downtime = this.#downtimes[at];
    if (downtime !== undefined) this.#downtimes[at] = { ...downtime, to };
  }
}
