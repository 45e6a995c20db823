import type { Clock } from "../runtime/clock.ts";

/** How far the data goes that a study is made of. */
export interface StudyData {
  /** End of the newest minute, epoch ms UTC; NaN before the first. */
  readonly to: number;
  /** Bars there are. */
  readonly bars: number;
}

export interface StudyRefreshParts<Result> {
  readonly clock: Clock;
  /** Length of the bar after whose end the study is made again, ms. */
  readonly everyMs: number;
  readonly data: () => StudyData;
  /** @param onTook is given how long the making itself took, ms, without what it waited for others. */
  readonly make: (onTook: (ms: number) => void) => Promise<Result>;
}

/** A study is made at most this often, local ms, … */
const LEAST_INTERVAL_MS = 2_000;
/** … and takes at most one part in so many of the thread. */
const LEAST_PAUSES = 10;
/** History that grows by less changes nothing that is seen. */
const GROWS_BY = 0.01;

/**
 * Makes a study again when it may come to something else: a bar has closed since, or history has grown. Slow ones are
 * made less often.
 */
export class StudyRefresh<Result> {
  readonly #parts: StudyRefreshParts<Result>;
  #result: Result | undefined;
  #error: unknown;
  #made: StudyData | undefined;
  #isRunning = false;
  #notBefore = -Infinity;

  constructor(parts: StudyRefreshParts<Result>) {
    this.#parts = parts;
  }

  /** Undefined while the first is being made. @throws what the last one failed with; it is made again then. */
  get result(): Result | undefined {
    if (this.#error === undefined) return this.#result;
    const error = this.#error;
    this.#error = undefined;
    this.#made = undefined;
    throw error;
  }

  /** Makes the study now and waits for it. */
  async makeNow(): Promise<Result> {
    return this.#result = await this.#parts.make(() => {});
  }

  /** Makes the study if it is due. @param onDone called once it is made, or has failed. */
  consider(onDone: () => void): void {
    const { clock, data, make } = this.#parts;
    const begun = clock.monotonic();
    if (this.#isRunning || begun < this.#notBefore) return;
    const now = data();
    if (!this.#isDue(now)) return;
    this.#isRunning = true;
    this.#made = now;
    let ownMs: number | undefined;
    make((ms) => ownMs = ms).then(
      (result) => void (this.#result = result),
      (error) => void (this.#error = error ?? new Error("the study failed")),
    ).then(() => {
      // All studies of a market share a thread: with many, most of the time is spent in its queue.
      const tookMs = ownMs ?? clock.monotonic() - begun;
      this.#notBefore = begun + Math.max(LEAST_INTERVAL_MS, LEAST_PAUSES * tookMs);
      this.#isRunning = false;
      onDone();
    });
  }

  #isDue({ to, bars }: StudyData): boolean {
    const made = this.#made;
    if (made === undefined) return true;
    const slotOf = (time: number) => Math.floor(time / this.#parts.everyMs);
    if (!Number.isNaN(to) && slotOf(to) !== slotOf(made.to)) return true;
    return bars - made.bars > GROWS_BY * made.bars + (to - made.to) / 60_000;
  }
}
