import type { Pace } from "../channels/channel.ts";

/**
 * A token bucket: `burst` sendings at once, and one more each `refillMs`. Kept as the time at which it is full again,
 * so that no rounding adds up.
 */
export class SendPace {
  readonly #pace: Pace;
  #fullAt = -Infinity;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** When the next may be sent, monotonic ms; not after `now` for at once. */
  readyAt(now: number): number {
    const { burst, refillMs } = this.#pace;
    return Math.max(now, this.#fullAt - (burst - 1) * refillMs);
  }

  /** One is sent. */
  take(now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + this.#pace.refillMs;
  }
}
