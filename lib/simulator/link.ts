import { type Damage, DAMAGES } from "./damage.ts";

interface Held {
  readonly at: number;
  readonly isLossy: boolean;
  readonly run: () => void;
}

/**
 * The network between the venue and its clients, with or without a fault. Times are venue ms. In order and
 * without loss unless stalled.
 */
export class Link {
  #stalledUntil = -Infinity;
  #refusedUntil = -Infinity;
  #delayMs = 0;
  #delayedUntil = -Infinity;
  #spoilt = 0;
  #toSpoil = 0;
  #held: Held[] = [];
  #waiting: (() => void)[] = [];

  /** Until when nothing is read, answered or sent. */
  get stalledUntil(): number {
    return this.#stalledUntil;
  }

  stall(until: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, until);
  }

  refuse(until: number): void {
    this.#refusedUntil = Math.max(this.#refusedUntil, until);
  }

  delay(delayMs: number, until: number): void {
    this.#delayMs = delayMs;
    this.#delayedUntil = until;
  }

  corrupt(count: number): void {
    this.#toSpoil += count;
  }

  isStalledAt(time: number): boolean {
    return time < this.#stalledUntil;
  }

  isRefusingAt(time: number): boolean {
    return time < this.#refusedUntil;
  }

  /** How the next market message is to be spoilt; undefined when it is not. Asking counts it. */
  nextDamage(): Damage | undefined {
    if (this.#toSpoil === 0) return undefined;
    this.#toSpoil--;
    return DAMAGES[this.#spoilt++ % DAMAGES.length];
  }

  /**
   * Sends what belongs to `time`: at once, or after the delay, never before what was sent earlier.
   *
   * @param isLossy true when a stall drops it (a pushed message), false when it only delays it (a reply).
   */
  send(time: number, isLossy: boolean, run: () => void): void {
    const at = time < this.#delayedUntil ? time + this.#delayMs : time;
    const last = this.#held.at(-1);
    if (last === undefined && at === time) return run();
    this.#held.push({ at: Math.max(at, last?.at ?? at), isLossy, run });
  }

  /** Resolves at once, or when the stall is over. */
  open(now: number): Promise<void> {
    if (!this.isStalledAt(now)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Sends what has been held back long enough, and admits waiting clients. Must not be called while stalled. */
  flush(now: number): void {
    const due = this.#held.findIndex(({ at }) => at > now);
    const ready = this.#held.splice(0, due < 0 ? this.#held.length : due);
    for (const { at, isLossy, run } of ready) {
      if (!isLossy || !this.isStalledAt(at)) run();
    }
    this.#admitAll();
  }

  /** Releases all waiting clients when the venue closes. */
  close(): void {
    const answers = this.#held.filter(({ isLossy }) => !isLossy);
    this.#held = [];
    for (const { run } of answers) run();
    this.#admitAll();
  }

  #admitAll(): void {
    for (const admit of this.#waiting.splice(0)) admit();
  }
}
