import { MINUTE } from "../../model/time.ts";

/** Data stays away for a quarter of an hour after the other session has ended. Source: public reports. */
const LASTS_MS = 15 * MINUTE;

/** Whether another session of the same user has the data, as far as codes have said so of late. Pure. */
export class CompetingSession {
  #seenAt = -Infinity;

  /** A refusal named it. @param venueMs a monotonic time in venue pace. */
  seen(venueMs: number): void {
    this.#seenAt = venueMs;
  }

  isLikely(venueMs: number): boolean {
    return venueMs - this.#seenAt < LASTS_MS;
  }
}
