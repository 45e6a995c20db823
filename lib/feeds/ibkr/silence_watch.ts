/**
 * - `fine`: data came recently, or none is due.
 * - `ask-again`: quiet for too long; ask for the stream again.
 * - `check`: still quiet after asking again; look in the history whether the market trades at all.
 */
export type Silence = "fine" | "ask-again" | "check";

/** A market found quiet is believed for longer and longer, up to this many limits. */
const MAX_PATIENCE = 16;

/**
 * Judges the silence of one stream. A quiet market is not a fault, a dead stream is, and only the venue's
 * history can distinguish them. Times are local monotonic ms. Pure.
 */
export class SilenceWatch {
  readonly #limitMs: number;
  #since: number;
  #patience = 1;
  #allowedMs: number;
  #hasAsked = false;

  /** @param limitMs silence that is still normal. */
  constructor(limitMs: number, now: number) {
    this.#limitMs = limitMs;
    this.#since = now;
    this.#allowedMs = limitMs;
  }

  /** Data came. */
  received(now: number): void {
    this.#since = now;
    this.#patience = 1;
    this.#allowedMs = this.#limitMs;
    this.#hasAsked = false;
  }

  /** No data is due (closed market, venue cut off): the count starts anew. */
  pause(now: number): void {
    this.#since = now;
  }

  /** Data must come within `withinMs`, whatever was allowed before. */
  expect(withinMs: number, now: number): void {
    this.#since = now;
    this.#allowedMs = withinMs;
    this.#hasAsked = false;
  }

  /** The stream was asked for again. */
  askedAgain(now: number): void {
    this.#hasAsked = true;
    this.#since = now;
    this.#allowedMs = this.#limitMs * this.#patience;
  }

  /** The history shows no trading either. */
  foundQuiet(now: number): void {
    this.#patience = Math.min(MAX_PATIENCE, this.#patience * 2);
    this.#allowedMs = this.#limitMs * this.#patience;
    this.#since = now;
    this.#hasAsked = false;
  }

  /** Local ms without data or reason. */
  silentMs(now: number): number {
    return now - this.#since;
  }

  judge(now: number): Silence {
    if (this.silentMs(now) < this.#allowedMs) return "fine";
    return this.#hasAsked ? "check" : "ask-again";
  }
}
