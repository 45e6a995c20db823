import type { Clock } from "../runtime/clock.ts";

/** Keeps work that is asked for again and again within a share of the time: costly work runs less often. */
export class WorkShare {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #share: number;
  /** Monotonic ms. */
  #dueAt = -Infinity;

  /** @param share most of the time that the work may take, above 0 and at most 1. */
  constructor(clock: Pick<Clock, "monotonic">, share: number) {
    if (!(share > 0 && share <= 1)) {
      throw new RangeError(`share must be above 0 and at most 1, got ${share}`);
    }
    this.#clock = clock;
    this.#share = share;
  }

  /** Does the work, unless it was done so lately that it would take more than its share. */
  run(work: () => void): void {
    const began = this.#clock.monotonic();
    if (began < this.#dueAt) return;
    try {
      work();
    } finally {
      this.#dueAt = began + (this.#clock.monotonic() - began) / this.#share;
    }
  }
}
