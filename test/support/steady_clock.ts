import { afterTurn } from "../../lib/runtime/after_turn.ts";
import type { Clock, Timer } from "../../lib/runtime/clock.ts";

/** The most that passes in one turn of the event loop, ms. */
const STEP_MS = 5;

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A clock that goes as the machine's does while this process gets its turns, and stands while it does not: however busy
 * the machine, no more than a few ms pass between two turns. Venues and a market on it are as far behind each other as on
 * a quiet machine, where at several hundred venue seconds a second each moment without a turn is a minute.
 */
export class SteadyClock implements Clock, Disposable {
  readonly #since = Date.now();
  readonly #pending = new Set<Pending>();
  #passed = 0;
  #order = 0;
  #lookedAt = performance.now();
  #turn: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#next();
  }

  now(): number {
    return this.#since + Math.floor(this.#passed);
  }

  monotonic(): number {
    return this.#passed;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer = { at: this.#passed + Math.max(0, delayMs), order: this.#order++, callback };
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#turn);
    this.#turn = undefined;
  }

  #next(): void {
    this.#turn = setTimeout(() => void this.#pass(), 1);
  }

  async #pass(): Promise<void> {
    const now = performance.now();
    const end = this.#passed + Math.min(STEP_MS, now - this.#lookedAt);
    this.#lookedAt = now;
    for (let due = this.#dueBy(end); due !== undefined; due = this.#dueBy(end)) {
      this.#pending.delete(due);
      this.#passed = Math.max(this.#passed, due.at);
      due.callback();
      await new Promise<void>(afterTurn);
    }
    this.#passed = end;
    if (this.#turn !== undefined) this.#next();
  }

  #dueBy(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const timer of this.#pending) {
      const isSooner = first === undefined || timer.at < first.at ||
        (timer.at === first.at && timer.order < first.order);
      if (timer.at <= end && isSooner) first = timer;
    }
    return first;
  }
}
