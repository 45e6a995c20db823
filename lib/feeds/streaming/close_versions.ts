/** How many of the newest minutes keep their own version. */
const REMEMBERED = 16;

/**
 * Which version of each closed minute is known, by the time of the message that brought it, so that an older
 * one, come late or repeated from long ago, changes nothing. Pure: times are the venue's, epoch ms.
 *
 * @example
 * ```ts
 * import { CloseVersions } from "./close_versions.ts";
 * import assert from "node:assert/strict";
 * const versions = new CloseVersions();
 * versions.stream(60_000, 120_900);
 * assert.equal(versions.isOlder(60_000, 120_002), true);
 * ```
 */
export class CloseVersions {
  /** Event times by open time, oldest entry first. */
  readonly #times = new Map<number, number>();
  /** No message before this counts for a minute that is not among them. */
  #floor = -Infinity;

  /** The stream closed the minute that opens at `openTime` by a message of `eventTime`. */
  stream(openTime: number, eventTime: number): void {
    this.#times.set(openTime, Math.max(eventTime, this.#times.get(openTime) ?? -Infinity));
    if (this.#times.size <= REMEMBERED) return;
    const [[oldest, time]] = this.#times as unknown as [[number, number]];
    this.#times.delete(oldest);
    this.#floor = Math.max(this.#floor, time);
  }

  /** History was asked at `askedAt` and brought minutes. */
  history(askedAt: number): void {
    this.#floor = Math.max(this.#floor, askedAt);
  }

  /** A message of `eventTime` for a closed minute is older than what is known of it. */
  isOlder(openTime: number, eventTime: number): boolean {
    return eventTime < (this.#times.get(openTime) ?? this.#floor);
  }
}
