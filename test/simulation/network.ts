import type { SeededRandom } from "../../lib/simulator/seeded_random.ts";
import type { Side, VirtualClock } from "./virtual_clock.ts";

/** What becomes of new connections. */
export type Reach =
  | "ok"
  /** The name is not found. */
  | "no-such-host"
  /** Packets vanish: no answer of any kind. */
  | "black-hole";

const MIN_LATENCY_MS = 1;
const LATENCY_SPREAD_MS = 40;
const JITTER_MS = 25;

/** A network in memory: latency with jitter, in order within a connection, and what may be wrong with it. */
export class Network {
  readonly clock: VirtualClock;
  readonly #random: SeededRandom;
  #reach: Reach = "ok";
  #reachUntil = 0;
  #slicedUntil = 0;
  #lastId = 0;

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.clock = clock;
    this.#random = random;
  }

  /** New connections fare so for a while. */
  spoilReach(reach: Reach, durationMs: number): void {
    this.#reach = reach;
    this.#reachUntil = this.clock.now + durationMs;
  }

  get reach(): Reach {
    return this.clock.now < this.#reachUntil ? this.#reach : "ok";
  }

  /** Bytes come in slices of one to three for a while. */
  slice(durationMs: number): void {
    this.#slicedUntil = this.clock.now + durationMs;
  }

  nextId(): number {
    return ++this.#lastId;
  }

  /** One direction of a connection. */
  pipe(to: Side): Pipe {
    const baseMs = MIN_LATENCY_MS + Math.floor(this.#random.next() * LATENCY_SPREAD_MS);
    return new Pipe(this.clock, to, () => baseMs + Math.floor(this.#random.next() * JITTER_MS));
  }

  /** Bytes as they arrive: mostly whole, at times cut in two, in slices while that is the fault. */
  *pieces(bytes: Uint8Array): Generator<Uint8Array> {
    let at = 0;
    while (at < bytes.length) {
      const rest = bytes.length - at;
      const size = this.clock.now < this.#slicedUntil
        ? 1 + Math.floor(this.#random.next() * 3)
        : rest > 1 && this.#random.next() < 0.02
        ? 1 + Math.floor(this.#random.next() * (rest - 1))
        : rest;
      yield bytes.subarray(at, at + size);
      at += size;
    }
  }
}

/** Carries things one way, in order. */
export class Pipe {
  readonly #clock: VirtualClock;
  readonly #to: Side;
  readonly #latencyMs: () => number;
  #lastAt = 0;
  #isCut = false;

  constructor(clock: VirtualClock, to: Side, latencyMs: () => number) {
    this.#clock = clock;
    this.#to = to;
    this.#latencyMs = latencyMs;
  }

  carry(arrive: () => void): void {
    if (this.#isCut) return;
    const at = this.#clock.now + this.#latencyMs();
    this.#lastAt = Math.max(at, this.#lastAt);
    this.#clock.deliver(this.#lastAt, this.#to, () => {
      if (!this.#isCut) arrive();
    });
  }

  /** What is under way is lost; nothing follows. */
  cut(): void {
    this.#isCut = true;
  }

  /** What is under way is lost, and this follows in its place. */
  cutWith(arrive: () => void): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#clock.deliver(this.#clock.now + this.#latencyMs(), this.#to, arrive);
  }
}

/** What was put aside while a reader paused. */
export class Gate {
  #isShut = false;
  readonly #waiting: (() => void)[] = [];

  pass(act: () => void): void {
    if (this.#isShut) this.#waiting.push(act);
    else act();
  }

  shut(): void {
    this.#isShut = true;
  }

  open(): void {
    this.#isShut = false;
    while (!this.#isShut && this.#waiting.length > 0) this.#waiting.shift()!();
  }
}
