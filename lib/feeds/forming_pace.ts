import { type Bar, sameValues } from "../model/bar.ts";
import type { FeedEvent } from "../model/feed_event.ts";
import { MINUTE } from "../model/time.ts";
import type { Clock, Timer } from "../runtime/clock.ts";

export interface FormingPaceOptions {
  /** Id of the instrument. */
  readonly id: string;
  readonly clock: Clock;
  readonly emit: (event: FeedEvent) => void;
  /** Local ms between two bars that may wait. */
  readonly refreshMs: number;
}

/** Emits the forming bars of an instrument at a pace, the last before a pause included. Never after their close. */
export class FormingPace {
  readonly #options: FormingPaceOptions;
  #emitted: Bar | undefined;
  #emittedAt = -Infinity;
  /** The newest that came too soon after the last one. */
  #waiting: Bar | undefined;
  #timer: Timer | undefined;
  #closedTo = -Infinity;

  constructor(options: FormingPaceOptions) {
    this.#options = options;
  }

  /** True for a minute that has closed. */
  isClosed(openTime: number): boolean {
    return openTime < this.#closedTo;
  }

  /**
   * Emits it as soon as the pace allows; of those that wait, the newest alone.
   *
   * @param now local monotonic ms, where it was read already. @default read now
   */
  offer(bar: Bar, now = this.#options.clock.monotonic()): void {
    const { refreshMs, clock } = this.#options;
    const waitMs = this.#emittedAt + refreshMs - now;
    if (waitMs <= 0) return this.put(bar);
    this.#waiting = bar;
    // Without this the last before a pause would wait for whatever comes after it.
    this.#timer ??= clock.setTimer(() => this.put(this.#waiting), waitMs);
  }

  /** Emits it at once. What waits is older. */
  put(bar: Bar | undefined): void {
    this.#forgetWaiting();
    if (bar === undefined || this.isClosed(bar.openTime)) return;
    const last = this.#emitted;
    if (last?.openTime === bar.openTime && sameValues(last, bar)) return;
    const { clock, emit, id } = this.#options;
    this.#emitted = bar;
    this.#emittedAt = clock.monotonic();
    emit({ kind: "forming", instrument: id, bar, receivedAt: clock.now() });
  }

  /** The minute that opens then is closed: nothing more is emitted of it or of earlier ones. */
  close(openTime: number): void {
    this.#closedTo = Math.max(this.#closedTo, openTime + MINUTE);
  }

  /** Forgets what was emitted and what waits, as after a lost connection. */
  clear(): void {
    this.#forgetWaiting();
    this.#emitted = undefined;
  }

  #forgetWaiting(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = undefined;
  }
}
