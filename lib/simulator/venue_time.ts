import type { Clock, Timer } from "../runtime/clock.ts";

export interface VenueTimeOptions {
  readonly clock: Clock;
  /** Venue time at creation, epoch ms UTC. */
  readonly start: number;
  /** Venue seconds per local second. @default 1 */
  readonly speed?: number;
}

/**
 * The clock of the simulated venues. All of them share one, so that their minutes agree. Local pauses do
 * not slow it: what fell due meanwhile is served late but in order.
 */
export class VenueTime {
  readonly speed: number;
  readonly #clock: Clock;
  readonly #start: number;
  readonly #origin: number;

  constructor({ clock, start, speed = 1 }: VenueTimeOptions) {
    if (!(speed > 0) || !Number.isFinite(speed)) {
      throw new RangeError(`speed must be a number above 0, got ${speed}`);
    }
    this.speed = speed;
    this.#clock = clock;
    this.#start = start;
    this.#origin = clock.monotonic();
  }

  /** Venue time now, epoch ms UTC, whole. */
  now(): number {
    return Math.floor(this.#start + (this.#clock.monotonic() - this.#origin) * this.speed);
  }

  /**
   * Calls back again and again with the stretch of venue time that has passed, `(after, upTo]`, without
   * holes or overlaps, until cancelled.
   *
   * @param tickMs local ms between calls.
   */
  follow(onPassed: (after: number, upTo: number) => void, tickMs: number): Timer {
    let after = this.now();
    let isRunning = true;
    let timer: Timer;
    const tick = () => {
      const upTo = this.now();
      if (upTo > after) onPassed(after, upTo);
      after = upTo;
      if (isRunning) timer = this.#clock.setTimer(tick, tickMs);
    };
    timer = this.#clock.setTimer(tick, tickMs);
    return {
      cancel: () => {
        isRunning = false;
        timer.cancel();
      },
    };
  }

  /** One call when venue time reaches `time`. */
  at(time: number, callback: () => void): Timer {
    return this.#clock.setTimer(callback, Math.max(0, (time - this.now()) / this.speed));
  }
}
