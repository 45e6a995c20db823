import { SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";

export interface StreamTimeOptions {
  readonly venueClock: VenueClock;
  readonly clock: Clock;
  readonly speed: number;
  readonly pace: Pace;
}

/** Messages agree when their times differ by at most this, venue ms, */
const AGREE_MS = 2 * SECOND;
/** and at high speeds within what passes in this much local time. */
const AGREE_LOCAL_MS = 50;
/** Consecutive agreeing messages needed to establish the time, */
const FIRST_COUNT = 3;
/** and to replace an established one, over at least this long: a corrupt message or two never do. */
const AGAINST_COUNT = 5;
const AGAINST_MS = 3 * SECOND;
const AGAINST_FLOOR_MS = 100;
/** A message is taken to be at most this old when it comes in, venue ms. */
const OLDEST_MS = 2 * SECOND;

/**
 * The venue's time by what the venue itself writes on its messages, for when it cannot be asked: its REST
 * service may be down, or closed to us, while the stream flows. Several messages must agree.
 */
export class StreamTime {
  readonly #options: StreamTimeOptions;
  /** Venue time minus `speed` × monotonic local time, by the newest of those that agree. */
  #low = NaN;
  #count = 0;
  #since = NaN;

  constructor(options: StreamTimeOptions) {
    this.#options = options;
  }

  /**
   * Takes a message dated `eventTime`, just received, that the venue clock does not know to be possible.
   *
   * @returns true when that made the venue clock believe it.
   */
  take(eventTime: number): boolean {
    const { venueClock, clock, speed, pace } = this.#options;
    const now = clock.monotonic();
    const low = eventTime - speed * now;
    const agreesMs = AGREE_MS + AGREE_LOCAL_MS * (speed - 1);
    if (Math.abs(low - this.#low) <= agreesMs) {
      this.#count++;
      this.#low = Math.max(low, this.#low);
    } else {
      this.#count = 1;
      this.#low = low;
      this.#since = now;
    }
    const isBelieved = venueClock.isKnown
      ? this.#count >= AGAINST_COUNT && now - this.#since >= pace(AGAINST_MS, AGAINST_FLOOR_MS)
      : this.#count >= FIRST_COUNT;
    if (!isBelieved) return false;
    venueClock.establish({
      sentAt: now - pace(OLDEST_MS),
      receivedAt: now,
      venueTime: this.#low + speed * now,
      resolutionMs: 1,
    });
    this.#count = 0;
    this.#low = NaN;
    return true;
  }
}
