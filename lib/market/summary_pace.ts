import { MINUTE } from "../model/time.ts";

/** Venue time between two summaries. */
const SUMMARY_EVERY_MS = 5 * MINUTE;

/** Decides when a summary is due: once for each whole five minutes of venue time, and once after a long pause. */
export class SummaryPace {
  #due: number | undefined;

  /** The venue minute that opened then has passed. */
  passed(openTime: number): void {
    const end = openTime + MINUTE;
    if (end % SUMMARY_EVERY_MS === 0) this.#due = end;
  }

  /** End of the newest five minutes not summed up yet; undefined when there are none. */
  takeDue(): number | undefined {
    const due = this.#due;
    this.#due = undefined;
    return due;
  }
}
