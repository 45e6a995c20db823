import { SECOND } from "../model/time.ts";
import type { Clock, Timer } from "../runtime/clock.ts";
import type { Pace } from "./pace.ts";

const TICK_MS = SECOND;
const TICK_FLOOR_MS = 50;
/** A tick that comes this much late says that this machine was busy: silence is not judged then. */
const BUSY_MS = 250;

export interface SessionFrameOptions {
  readonly clock: Clock;
  readonly pace: Pace;
  /** Ends the session with its reason: that of the attempt. */
  readonly stop: AbortSignal;
}

/** What a session does, each given the signal that its connection has ended. */
export interface SessionSteps {
  readonly connect: (signal: AbortSignal) => Promise<void>;
  /** Goes on beside the stream once connected; what fails ends the session. */
  readonly background: readonly ((signal: AbortSignal) => Promise<void>)[];
  /** Closes what was opened, however far it came. */
  readonly close: () => Promise<void>;
}

/** The order in which a session connects, ticks, ends and frees what it holds. */
export class SessionFrame {
  readonly #options: SessionFrameOptions;
  readonly #over = new AbortController();
  #timer: Timer | undefined;
  #tickedAt = NaN;

  constructor(options: SessionFrameOptions) {
    this.#options = options;
  }

  /** Aborted when the session ends, with why. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Ends the session; the first cause counts. */
  end(cause: unknown): void {
    this.#over.abort(cause);
  }

  /** A defect met in a callback ends the connection in order instead of the process. */
  guard<T>(body: () => T): T | undefined {
    try {
      return body();
    } catch (error) {
      this.end(error);
      return undefined;
    }
  }

  /**
   * Calls back every venue second from now on until the end.
   *
   * @param body is given local monotonic ms, and whether this machine was too busy to judge silence.
   */
  tick(body: (now: number, isBusy: boolean) => void): void {
    this.#tickedAt = this.#options.clock.monotonic();
    this.#setTimer(body);
  }

  /** Runs until the session ends, then throws why. Leaves no timer and no step behind. */
  async run({ connect, background, close }: SessionSteps): Promise<never> {
    const { signal } = this;
    const { stop } = this.#options;
    const onStop = () => this.end(stop.reason);
    stop.addEventListener("abort", onStop, { once: true });
    if (stop.aborted) onStop();
    let working: Promise<unknown> = Promise.resolve();
    try {
      await connect(signal);
      working = Promise.all(background.map((step) => step(signal).catch((e) => this.end(e))));
      return await aborted(signal);
    } finally {
      stop.removeEventListener("abort", onStop);
      this.end(new Error("the attempt is over"));
      this.#timer?.cancel();
      await Promise.all([close(), working]);
    }
  }

  #setTimer(body: (now: number, isBusy: boolean) => void): void {
    const { clock, pace } = this.#options;
    const tickMs = pace(TICK_MS, TICK_FLOOR_MS);
    this.#timer = clock.setTimer(() => {
      const now = clock.monotonic();
      const isBusy = now - this.#tickedAt > tickMs + BUSY_MS;
      this.#tickedAt = now;
      this.guard(() => body(now, isBusy));
      if (!this.isOver) this.#setTimer(body);
    }, tickMs);
  }
}

/** Rejects with the signal's reason, once there is one. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
