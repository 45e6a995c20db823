import type { Clock, Timer } from "../runtime/clock.ts";

export interface RepaintPaceOptions {
  readonly clock: Clock;
  /** Least time from the start of one run to the start of the next, local ms. */
  readonly minIntervalMs: number;
  /** Whether runs fall on whole multiples of the interval, as those of others then do. @default false */
  readonly isInStep?: boolean;
  /** Does the work; what it throws goes uncaught. */
  readonly run: () => void | Promise<void>;
}

/**
 * Runs some work for a stream of requests: never twice at a time, never more often than the interval, never
 * for more than half of the time, and always once more after the last request.
 */
export class RepaintPace {
  readonly #options: RepaintPaceOptions;
  #timer: Timer | undefined;
  #timerAt = NaN;
  /** Monotonic time before which nothing starts. */
  #freeAt = -Infinity;
  /** When the next run is wanted; undefined when nothing new was asked for. */
  #wantedAt: number | undefined;
  #isRunning = false;
  #isStopped = false;

  constructor(options: RepaintPaceOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /**
   * Asks for a run, as soon as may be. Never runs within this call: requests of one moment become one run,
   * and who asks is not held up.
   *
   * @param delayMs not before that much time has passed, unless another request wants it sooner. @default 0
   */
  request(delayMs = 0): void {
    const at = this.#options.clock.monotonic() + delayMs;
    this.#wantedAt = Math.min(at, this.#wantedAt ?? Infinity);
    this.#schedule();
  }

  /** No run starts any more; one that goes on is left to end. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Runs at once, as the first of all; the requests that come meanwhile are served afterwards. */
  async runNow(): Promise<void> {
    const { clock, run } = this.#options;
    this.#isRunning = true;
    this.#wantedAt = undefined;
    const startedAt = clock.monotonic();
    try {
      await run();
    } finally {
      const endedAt = clock.monotonic();
      this.#freeAt = Math.max(this.#nextAfter(startedAt), endedAt + (endedAt - startedAt));
      this.#isRunning = false;
      this.#schedule();
    }
  }

  #nextAfter(startedAt: number): number {
    const { minIntervalMs, isInStep = false } = this.#options;
    // Timers fire a little early or late: the step meant is the nearest.
    return minIntervalMs + (isInStep ? toStep(Math.round, startedAt, minIntervalMs) : startedAt);
  }

  #schedule(): void {
    if (this.#isStopped || this.#isRunning || this.#wantedAt === undefined) return;
    const { minIntervalMs, isInStep = false } = this.#options;
    const free = Math.max(this.#wantedAt, this.#freeAt);
    const at = isInStep ? toStep(Math.ceil, free, minIntervalMs) : free;
    if (this.#timer !== undefined && this.#timerAt <= at) return;
    this.#timer?.cancel();
    this.#timerAt = at;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      void this.runNow();
    }, at - this.#options.clock.monotonic());
  }
}

function toStep(round: (value: number) => number, time: number, stepMs: number): number {
  return stepMs * round(time / stepMs);
}
