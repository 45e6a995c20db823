import { SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";

/** Time between two questions, venue ms, and its local floor. */
const EVERY_MS = 10 * SECOND;
const EVERY_FLOOR_MS = 500;
/** An answer later than this is none. */
const ANSWER_LIMIT_MS = 5 * SECOND;
const ANSWER_LIMIT_FLOOR_MS = 1_500;
/** TWS tells whole seconds. */
const RESOLUTION_MS = SECOND;

/**
 * Asks for the venue's time again and again. The answers keep the venue clock true; their absence is the
 * only sign of a half-open connection, which neither TCP nor the package notices.
 */
export class ClockProbe {
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #venueClock: VenueClock;
  readonly #ask: () => void;
  #askedAt: number | undefined;
  #lastAskedAt = -Infinity;

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

  /** Asks when it is time to. @returns local ms an answer is overdue since the question, or undefined. */
  tick(): number | undefined {
    const now = this.#clock.monotonic();
    if (this.#askedAt !== undefined) {
      const waited = now - this.#askedAt;
      return waited >= this.#pace(ANSWER_LIMIT_MS, ANSWER_LIMIT_FLOOR_MS) ? waited : undefined;
    }
    if (now - this.#lastAskedAt >= this.#pace(EVERY_MS, EVERY_FLOOR_MS)) {
      this.#askedAt = this.#lastAskedAt = now;
      this.#ask();
    }
    return undefined;
  }

  /** Takes the answer. @returns false for one that was not asked for. */
  answered(time: number): boolean {
    if (this.#askedAt === undefined || !Number.isSafeInteger(time)) return false;
    this.#venueClock.observe({
      sentAt: this.#askedAt,
      receivedAt: this.#clock.monotonic(),
      venueTime: time,
      resolutionMs: RESOLUTION_MS,
    });
    this.#askedAt = undefined;
    return true;
  }
}
