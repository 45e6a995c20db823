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

/** What a circuit breaker would say of a connection: `open` waits, `half-open` is trying. */
export type BreakerState = "closed" | "open" | "half-open";

interface VenueRecord {
  breaker: BreakerState;
  failures: number;
}

/** Downtimes kept a venue; older ones go. */
const CAPACITY = 1_000;

/** When each venue was down, and how often it failed since it last delivered: learned from its transitions. */
export class ConnectionLog {
  readonly #downtimes: Downtime[] = [];
  readonly #venues = new Map<Venue, VenueRecord>();
  /** Venue time minus local time at the last event that told both, for those that tell only one. */
  #offsetMs = NaN;

  take(event: Extract<FeedEvent, { kind: "transition" }>): void {
    const { venue, to, receivedAt } = event;
    const time = event.time ?? Math.round(receivedAt + this.#offsetMs);
    if (event.time !== undefined) this.#offsetMs = event.time - receivedAt;
    const record = this.#recordOf(venue);
    if (to === "live") {
      record.failures = 0;
      record.breaker = "closed";
      this.#end(venue, time);
      return;
    }
    if (to === "recovering" || to === "failed") {
      record.failures++;
      record.breaker = "open";
    } else if (record.breaker === "open") record.breaker = "half-open";
    if (event.from === "live" && to !== "closed") this.#begin(venue, time, event.reason);
  }

  /** When the venue was down after it had once been live, oldest first. */
  downtimes(venue: Venue): readonly Downtime[] {
    return this.#downtimes.filter((downtime) => downtime.venue === venue);
  }

  /** Failed attempts since data last flowed. */
  failures(venue: Venue): number {
    return this.#venues.get(venue)?.failures ?? 0;
  }

  breaker(venue: Venue): BreakerState {
    return this.#venues.get(venue)?.breaker ?? "closed";
  }

  #recordOf(venue: Venue): VenueRecord {
    const known = this.#venues.get(venue);
    if (known !== undefined) return known;
    const record: VenueRecord = { breaker: "closed", failures: 0 };
    this.#venues.set(venue, record);
    return record;
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
