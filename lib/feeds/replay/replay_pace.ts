import { SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";

/** A market opens within this recorded time, ms. */
const LONGEST_OPENING_MS = 15 * SECOND;

/**
 * Keeps a replay at its pace: recorded time per time of the machine, and none while it is paused. What came in while
 * the market opened, its history above all, is due at once.
 */
export class ReplayPace {
  readonly #clock: Clock;
  readonly #speed: number;
  #isOpening = true;
  /** Recorded time at which the recording begins; undefined before the first input. */
  #start: number | undefined;
  /** The recorded time that belongs to {@link ReplayPace.#began}: that of the newest input while the market opens. */
  #first: number | undefined;
  #began = 0;
  #pausedAt: number | undefined;
  /** Ends the wait under way. */
  #wake: () => void = () => {};

  /** @param speed recorded seconds per second; Infinity is as fast as it goes. */
  constructor(clock: Clock, speed: number) {
    this.#clock = clock;
    this.#speed = speed;
  }

  get isPaused(): boolean {
    return this.#pausedAt !== undefined;
  }

  /** The market is open: the pace counts from the newest input on. Safe to call twice. */
  begin(): void {
    if (!this.#isOpening) return;
    this.#isOpening = false;
    this.#began = this.#pausedAt ?? this.#clock.monotonic();
  }

  /** Nothing is due any more until {@link ReplayPace.resume}. Safe to call twice. */
  pause(): void {
    if (this.isPaused) return;
    this.#pausedAt = this.#clock.monotonic();
    this.#wake();
  }

  /** Goes on where it was paused. Safe to call twice. */
  resume(): void {
    if (this.#pausedAt === undefined) return;
    this.#began += this.#clock.monotonic() - this.#pausedAt;
    this.#pausedAt = undefined;
    this.#wake();
  }

  /** Resolves when what came in at recorded ms `at` is due, or `signal` aborts. */
  async until(at: number, signal: AbortSignal): Promise<void> {
    this.#start ??= at;
    if (at - this.#start > LONGEST_OPENING_MS) this.begin();
    if (this.#isOpening) this.#first = at;
    while (!signal.aborted) {
      const waitMs = this.isPaused ? Infinity : this.#waitMs(at);
      if (waitMs < 1) return;
      await this.#wait(waitMs, signal);
    }
  }

  #waitMs(at: number): number {
    this.#first ??= at;
    if (this.#isOpening || this.#speed === Infinity) return 0;
    return (at - this.#first) / this.#speed - (this.#clock.monotonic() - this.#began);
  }

  /** Waits for that long, or until it is paused, resumed or stopped. */
  async #wait(waitMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#wake = wake;
    const timer = waitMs === Infinity ? undefined : this.#clock.setTimer(wake, waitMs);
    signal.addEventListener("abort", wake);
    await promise;
    signal.removeEventListener("abort", wake);
    timer?.cancel();
  }
}
