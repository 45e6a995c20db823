import type { Clock, Timer } from "../../lib/runtime/clock.ts";

/** Who waits: the program under test, or the world around it. */
export type Side = "client" | "world";

interface Entry {
  at: number;
  readonly order: number;
  readonly side: Side;
  /** Timers stand still while their side's clock does; what the network delivers does not. */
  readonly isTimer: boolean;
  /** How long the side's clock had stood still when the time was last worked out. */
  standstillMs: number;
  run: (() => void) | undefined;
}

interface SideState {
  frozenUntil: number;
  standstillMs: number;
  wallOffsetMs: number;
}

/**
 * Rounds of promises let go after each event. The longest chain in the feeds takes 11. What the venues have
 * not finished by then they finish a few ms later, as if they had been a little slow.
 */
const ROUNDS: Readonly<Record<Side, number>> = { client: 16, world: 6 };

/**
 * Time that passes only from event to event, so that a day takes seconds and every run of it is the same.
 * Events happen in order of time, then of having been planned; after each, promises settle.
 *
 * The client's side may be frozen (a stopped process: everything due comes when it goes on), suspended (its
 * monotonic clock stands still too, as on a sleeping machine) and have its wall clock set.
 */
export class VirtualClock {
  #now = 0;
  #order = 0;
  #events = 0;
  readonly #heap: Entry[] = [];
  readonly #sides: Readonly<Record<Side, SideState>> = {
    client: { frozenUntil: 0, standstillMs: 0, wallOffsetMs: 0 },
    world: { frozenUntil: 0, standstillMs: 0, wallOffsetMs: 0 },
  };
  readonly #wallStart: number;

  /** @param wallStart both wall clocks at the start, epoch ms UTC. */
  constructor(wallStart: number) {
    this.#wallStart = wallStart;
  }

  /** Ms since the start. */
  get now(): number {
    return this.#now;
  }

  /** Events so far. */
  get events(): number {
    return this.#events;
  }

  /** Timers of a side that are still to come. */
  pending(side: Side): number {
    return this.#heap.filter((entry) => entry.side === side && entry.isTimer && entry.run).length;
  }

  /** The clock as one side sees it. */
  of(side: Side): Clock {
    const state = this.#sides[side];
    return {
      now: () => this.#wallStart + this.#now + state.wallOffsetMs,
      monotonic: () => this.#now - state.standstillMs,
      setTimer: (run, delayMs) => this.#plan(this.#now + Math.max(0, delayMs), side, run, true),
    };
  }

  /** Something reaches a side at a time. */
  deliver(at: number, side: Side, run: () => void): Timer {
    return this.#plan(Math.max(at, this.#now), side, run, false);
  }

  /** The client's process stands still; its clocks go on. */
  freeze(durationMs: number): void {
    const { client } = this.#sides;
    client.frozenUntil = Math.max(client.frozenUntil, this.#now + durationMs);
  }

  /** The client's machine sleeps: its monotonic clock stands still as well. */
  suspend(durationMs: number): void {
    const { client } = this.#sides;
    if (client.frozenUntil > this.#now) return;
    client.frozenUntil = this.#now + durationMs;
    // Nobody on that side reads the clock before it goes on.
    client.standstillMs += durationMs;
  }

  /** Sets the client's wall clock forward or back. */
  stepWallClock(byMs: number): void {
    this.#sides.client.wallOffsetMs += byMs;
  }

  /** Lets everything happen up to a time, or until a promise has settled. */
  async run(until: number): Promise<void> {
    await settle();
    while (this.#heap[0] !== undefined && this.#heap[0].at <= until) {
      const entry = this.#pop();
      if (entry.run === undefined) continue;
      if (this.#isPutOff(entry)) continue;
      this.#now = entry.at;
      this.#events++;
      const { run, side } = entry;
      entry.run = undefined;
      run();
      // As settle() does; a call of it for each of a million events is a tenth of all time.
      for (let i = 0; i < ROUNDS[side]; i++) await undefined;
    }
    this.#now = until;
  }

  /** Keeps time going until the promise has settled. */
  async during<T>(promise: Promise<T>, limitMs: number): Promise<T> {
    let isSettled = false;
    const watched = promise.finally(() => isSettled = true);
    const end = this.#now + limitMs;
    await settle();
    while (!isSettled && this.#now < end) await this.run(Math.min(end, this.#now + 50));
    if (!isSettled) throw new Error(`not settled within ${limitMs} simulated ms`);
    return await watched;
  }

  #plan(at: number, side: Side, run: () => void, isTimer: boolean): Timer {
    const { standstillMs } = this.#sides[side];
    const entry: Entry = { at, order: this.#order++, side, isTimer, standstillMs, run };
    this.#push(entry);
    return { cancel: () => entry.run = undefined };
  }

  /** Plans an entry anew whose side cannot take it now. */
  #isPutOff(entry: Entry): boolean {
    const state = this.#sides[entry.side];
    const lateMs = entry.isTimer ? state.standstillMs - entry.standstillMs : 0;
    if (lateMs === 0 && entry.at >= state.frozenUntil) return false;
    entry.standstillMs = state.standstillMs;
    entry.at = Math.max(entry.at + lateMs, state.frozenUntil);
    this.#push(entry);
    return true;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): Entry {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

async function settle(): Promise<void> {
  for (let i = 0; i < ROUNDS.client; i++) await undefined;
}
