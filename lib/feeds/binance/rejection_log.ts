import { MINUTE, SECOND } from "../../model/time.ts";
import type { Log } from "../../runtime/log.ts";
import type { Pace } from "../pace.ts";
import type { FrameCounts } from "./frame_counts.ts";

/** Tells of the frames that one connection could not use: at once, then once a minute at most. */
export class RejectionLog {
  readonly #counts: FrameCounts;
  readonly #log: Log;
  readonly #pace: Pace;
  readonly #before: number;
  #toldAt = -Infinity;

  constructor(
    { counts, log, pace }: {
      readonly counts: FrameCounts;
      readonly log: Log;
      readonly pace: Pace;
    },
  ) {
    this.#counts = counts;
    this.#log = log;
    this.#pace = pace;
    this.#before = counts.rejected;
  }

  /** Frames of this connection that could not be used. */
  get frames(): number {
    return this.#counts.rejected - this.#before;
  }

  /** @param now local monotonic ms. */
  tell(now: number): void {
    if (now - this.#toldAt < this.#pace(MINUTE, SECOND)) return;
    this.#toldAt = now;
    const reasons = this.#counts.takeNews();
    if (reasons !== undefined) this.#log.warn("binance: frames could not be used", { reasons });
  }
}
