import type { Clock, Timer } from "../../runtime/clock.ts";

/** TWS ends the session of a client that exceeds 50 messages a second; bursts have frozen it below that. */
export const MESSAGES_PER_WINDOW = 10;
export const WINDOW_MS = 250;

/**
 * Sends in order, at most {@link MESSAGES_PER_WINDOW} messages in any {@link WINDOW_MS}; what is above waits.
 * Local time: the limit protects the program at the other end.
 */
export class SendQueue {
  readonly #clock: Clock;
  readonly #sentAt: number[] = [];
  #waiting: (() => void)[] = [];
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  push(send: () => void): void {
    if (this.#isClosed) return;
    this.#waiting.push(send);
    this.#drain();
  }

  /** Forgets what waits and stops the timer. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #drain(): void {
    if (this.#timer !== undefined) return;
    while (this.#waiting.length > 0) {
      const now = this.#clock.monotonic();
      const oldest = this.#sentAt[0];
      if (this.#sentAt.length >= MESSAGES_PER_WINDOW && oldest !== undefined) {
        const delayMs = oldest + WINDOW_MS - now;
        if (delayMs > 0) {
          this.#timer = this.#clock.setTimer(() => {
            this.#timer = undefined;
            this.#drain();
          }, delayMs);
          return;
        }
        this.#sentAt.shift();
      }
      this.#sentAt.push(now);
      this.#waiting.shift()!();
    }
  }
}
