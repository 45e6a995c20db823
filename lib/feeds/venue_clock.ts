import type { Clock } from "../runtime/clock.ts";

/** One question for the venue's time. Local stamps are `clock.monotonic()`. */
export interface TimeSample {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** What the venue answered, epoch ms. */
  readonly venueTime: number;
  /** The venue's answer is floored to this many ms (IBKR: 1000, Binance: 1). */
  readonly resolutionMs: number;
}

/**
 * The venue's time, learned from the venue and followed. It is kept as two bounds, so that nothing is
 * closed early on a guess: {@link atLeast} has surely passed, {@link estimate} is the best guess.
 *
 * Any event of the venue is evidence too: an event stamped T proves that T has passed.
 */
export class VenueClock {
  readonly #clock: Clock;
  readonly #speed: number;
  /** Venue time minus `speed` × monotonic local time. */
  #low = -Infinity;
  #high = Infinity;

  /** @param speed venue seconds per local second; 1 against a real venue. */
  constructor(clock: Clock, speed = 1) {
    this.#clock = clock;
    this.#speed = speed;
  }

  /** True once the venue's time is known. */
  get isKnown(): boolean {
    return this.#low > -Infinity;
  }

  /**
   * Takes one answer of the venue. When it contradicts what was known (a venue restarted elsewhere in
   * time, a local pause at high speed), the newer answer wins.
   */
  observe(sample: TimeSample): void {
    const low = sample.venueTime - this.#speed * sample.receivedAt;
    const high = sample.venueTime + sample.resolutionMs - this.#speed * sample.sentAt;
    const agrees = low <= this.#high && high >= this.#low;
    this.#low = agrees ? Math.max(low, this.#low) : low;
    this.#high = agrees ? Math.min(high, this.#high) : high;
  }

  /** Takes an event of the venue stamped `venueTime`, just received. */
  passed(venueTime: number): void {
    if (!this.isKnown) return;
    const low = venueTime - this.#speed * this.#clock.monotonic();
    if (low > this.#low) {
      this.#low = low;
      this.#high = Math.max(low, this.#high);
    }
  }

  /** A venue time that has surely passed; `-Infinity` while unknown. */
  atLeast(): number {
    return this.#low + this.#speed * this.#clock.monotonic();
  }

  /** Best guess of the venue's time now; NaN while unknown. */
  estimate(): number {
    const middle = Number.isFinite(this.#high) ? (this.#low + this.#high) / 2 : this.#low;
    return this.isKnown ? middle + this.#speed * this.#clock.monotonic() : NaN;
  }

  /** Venue time minus the local wall clock, ms; NaN while unknown. */
  offsetMs(): number {
    return this.estimate() - this.#clock.now();
  }

  /** Half-width of the estimate, ms; NaN while unknown. */
  uncertaintyMs(): number {
    return this.isKnown && Number.isFinite(this.#high) ? (this.#high - this.#low) / 2 : NaN;
  }
}
