import type { Clock, Timer } from "../../lib/runtime/clock.ts";

/**
 * A clock moved by hand. `advance` fires the timers that fall due in order, and lets promises settle
 * before and after each, so that code under test behaves as it would over that time.
 */
export class ManualClock implements Clock {
  #monotonic = 0;
  #now: number;
  #timers: { at: number; order: number; callback: () => void }[] = [];
  #order = 0;

  /** @param now local wall clock at the start, epoch ms UTC. */
  constructor(now = Date.UTC(2025, 11, 3, 14, 0)) {
    this.#now = now;
  }

  /** Timers not yet fired or cancelled. */
  get pending(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer = { at: this.#monotonic + Math.max(0, delayMs), order: this.#order++, callback };
    this.#timers.push(timer);
    return { cancel: () => this.#timers = this.#timers.filter((t) => t !== timer) };
  }

  /** Moves time forward by `ms`. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await settle();
    while (true) {
      const due = this.#timers.filter((timer) => timer.at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#moveTo(Math.max(due.at, this.#monotonic));
      due.callback();
      await settle();
    }
    this.#moveTo(end);
    await settle();
  }

  #moveTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}

/** Lets every promise that can settle now do so. */
export async function settle(turns = 20): Promise<void> {
  for (let i = 0; i < turns; i++) await Promise.resolve();
}
