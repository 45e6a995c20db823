/** Requests that a venue takes: so many a second, with some in reserve after a pause. Times are venue ms. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #most: number;
  #left: number;
  #at = -Infinity;

  constructor({ perSecond, most }: { readonly perSecond: number; readonly most: number }) {
    this.#perSecond = perSecond;
    this.#most = most;
    this.#left = most;
  }

  /** @returns false when none is left. */
  take(now: number): boolean {
    if (now > this.#at) {
      const gained = (now - this.#at) / 1_000 * this.#perSecond;
      this.#left = Math.min(this.#most, this.#left + gained);
      this.#at = now;
    }
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
