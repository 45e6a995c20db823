/** A reader with more than this waiting, beside what it asked for itself, is too slow. */
export const MOST_WAITING = 1_000_000;

/** Judges whether a reader keeps up, by the bytes that wait for it. */
export class SendBudget {
  /** What waits of snapshots and of what was missed: sent at once, at the reader's own wish. */
  #asked = 0;

  /** What it asked for was put into its queue. @param waiting bytes that wait now */
  asked(waiting: number): void {
    this.#asked = waiting;
  }

  /** @param waiting bytes that wait now */
  isTooSlow(waiting: number): boolean {
    this.#asked = Math.min(this.#asked, waiting);
    return waiting > this.#asked + MOST_WAITING;
  }
}
