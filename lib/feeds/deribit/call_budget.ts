import { SECOND } from "../../model/time.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import type { Pace } from "../pace.ts";

/** Calls a second, and how many may go at once. Deribit publishes no numbers for calls without an account. */
const PER_SECOND = 5;
const BURST = 5;
/** Two calls are at least this far apart on the local clock, on average. */
const SPACING_FLOOR_MS = 10;

/** Keeps the calls of a feed below what Deribit counts against an address. Outlives connections. */
export class CallBudget {
  readonly #clock: Clock;
  readonly #spacingMs: number;
  /** Local monotonic ms at which the whole burst is free again. */
  #freeAt = -Infinity;

  constructor(clock: Clock, pace: Pace) {
    this.#clock = clock;
    this.#spacingMs = pace(SECOND / PER_SECOND, SPACING_FLOOR_MS);
  }

  /** Resolves when a call may be sent, which counts it; calls go in the order in which they asked. */
  async take(signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    this.#freeAt = Math.max(this.#freeAt, now) + this.#spacingMs;
    const waitMs = this.#freeAt - now - BURST * this.#spacingMs;
    if (waitMs > 0) await sleep(this.#clock, waitMs, signal);
  }
}
