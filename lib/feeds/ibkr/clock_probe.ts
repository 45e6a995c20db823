import { MINUTE, SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Pace } from "../pace.ts";
import type { TimeVerdict, VenueClock } from "../venue_clock.ts";

/** Time between two questions, venue ms, and its local floor. */
const EVERY_MS = 10 * SECOND;
const EVERY_FLOOR_MS = 500;
/** The same while the answers contradict what was known. */
const DOUBTED_MS = SECOND;
const DOUBTED_FLOOR_MS = 100;
/** An answer later than this is none. */
const ANSWER_LIMIT_MS = 5 * SECOND;
const ANSWER_LIMIT_FLOOR_MS = 1_500;
/** TWS sends whole seconds. */
const RESOLUTION_MS = SECOND;

/** How long questions may stay unanswered while other messages come: TWS is busy, and not gone. */
const BUSY_LIMIT_MS = MINUTE;

/**
 * Asks for the venue's time again and again. The answers keep the venue clock true; their absence, when nothing
 * else comes either, is the only sign of a half-open connection, which neither TCP nor the package notices.
 */
export class ClockProbe {
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #venueClock: VenueClock;
  readonly #ask: () => void;
  /** The oldest question without an answer, and the newest. */
  #waitingSince: number | undefined;
  #askedAt = -Infinity;
  #receivedAt = -Infinity;
  #tickedAt = NaN;

  constructor(options: {
    readonly clock: Clock;
    readonly pace: Pace;
    readonly venueClock: VenueClock;
    readonly ask: () => void;
  }) {
    this.#clock = options.clock;
    this.#pace = options.pace;
    this.#venueClock = options.venueClock;
    this.#ask = options.ask;
  }

  /** Something came, whatever it was. */
  received(): void {
    this.#receivedAt = this.#clock.monotonic();
  }

  /** Asks when it is time to. @returns local ms an answer is overdue since the question, or undefined. */
  tick(): number | undefined {
    const now = this.#clock.monotonic();
    const limitMs = this.#pace(ANSWER_LIMIT_MS, ANSWER_LIMIT_FLOOR_MS);
    const isLate = now - this.#tickedAt > limitMs / 2;
    this.#tickedAt = now;
    const askedMs = now - this.#askedAt;
    const since = this.#waitingSince;
    const everyMs = this.#venueClock.isDoubted
      ? this.#pace(DOUBTED_MS, DOUBTED_FLOOR_MS)
      : this.#pace(EVERY_MS, EVERY_FLOOR_MS);
    if (since === undefined && askedMs < everyMs) return undefined;
    if (since !== undefined) {
      // After a pause of this machine the answer may be there and not yet read.
      if (askedMs < limitMs || isLate) return undefined;
      const isBusy = this.#receivedAt > this.#askedAt && now - since < this.#pace(BUSY_LIMIT_MS);
      if (!isBusy) return now - since;
    }
    this.#waitingSince ??= now;
    this.#askedAt = now;
    this.#ask();
    return undefined;
  }

  /** Takes the answer. @returns what became of it; undefined for one that was not asked for. */
  answered(time: number): TimeVerdict | undefined {
    // Of several questions it may answer any: the oldest gives bounds that hold for each.
    const sentAt = this.#waitingSince;
    if (sentAt === undefined) return undefined;
    this.#waitingSince = undefined;
    return this.#venueClock.observe({
      sentAt,
      receivedAt: this.#clock.monotonic(),
      venueTime: time,
      resolutionMs: RESOLUTION_MS,
    });
  }
}
