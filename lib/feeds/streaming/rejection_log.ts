import type { Venue } from "../../model/instrument.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { Log } from "../../runtime/log.ts";
import type { Pace } from "../pace.ts";
import type { FrameCounts } from "./frame_counts.ts";

export interface RejectionLogOptions {
  readonly venue: Venue;
  readonly counts: FrameCounts;
  readonly log: Log;
  readonly pace: Pace;
}

/** Logs the frames that one connection could not use: at once, then once a minute at most. */
export class RejectionLog {
  readonly #options: RejectionLogOptions;
  readonly #before: number;
  #loggedAt = -Infinity;

  constructor(options: RejectionLogOptions) {
    this.#options = options;
    this.#before = options.counts.rejected;
  }

  /** Frames of this connection that could not be used. */
  get frames(): number {
    return this.#options.counts.rejected - this.#before;
  }

  /** @param now local monotonic ms. */
  report(now: number): void {
    const { venue, counts, log, pace } = this.#options;
    if (now - this.#loggedAt < pace(MINUTE, SECOND)) return;
    this.#loggedAt = now;
    const reasons = counts.takeNews();
    if (reasons !== undefined) log.warn(`${venue}: frames could not be used`, { reasons });
  }
}
