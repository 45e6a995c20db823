/** The newest minutes whose closing word is remembered one by one. */
const REMEMBERED = 16;

/**
 * When the venue last spoke of each closed minute, so that an older word for it, come late or repeated from
 * long ago, changes nothing. Pure: times are the venue's, epoch ms.
 *
 * @example
 * ```ts
 * import { ClosingWords } from "./closing_words.ts";
 * import assert from "node:assert/strict";
 * const words = new ClosingWords();
 * words.stream(60_000, 120_900);
 * assert.equal(words.isOlder(60_000, 120_002), true);
 * ```
 */
export class ClosingWords {
  /** Event times by open time, oldest entry first. */
  readonly #words = new Map<number, number>();
  /** No word before this counts for a minute that is not among them. */
  #floor = -Infinity;

  /** The stream closed the minute that opens at `openTime` by a message of `eventTime`. */
  stream(openTime: number, eventTime: number): void {
    this.#words.set(openTime, Math.max(eventTime, this.#words.get(openTime) ?? -Infinity));
    if (this.#words.size <= REMEMBERED) return;
    const [[oldest, time]] = this.#words as unknown as [[number, number]];
    this.#words.delete(oldest);
    this.#floor = Math.max(this.#floor, time);
  }

  /** History was asked at `askedAt` and told minutes. */
  history(askedAt: number): void {
    this.#floor = Math.max(this.#floor, askedAt);
  }

  /** A message of `eventTime` for a closed minute is older than what is known of it. */
  isOlder(openTime: number, eventTime: number): boolean {
    return eventTime < (this.#words.get(openTime) ?? this.#floor);
  }
}
