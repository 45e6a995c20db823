/** Lines of one source and level that may come at once: far more than any start or outage brings. */
const BURST = 500;
/** And so many a second for good. */
const LINES_PER_S = 5;

/** What a source and level may still write. */
interface Share {
  /** Lines, with a fraction. */
  left: number;
  /** Epoch ms. */
  at: number;
  leftOut: number;
}

/**
 * Bounds what each source writes at each level, since a venue can make its source write: a notice is a line. Levels do
 * not share, so that a flood of notices hides no warning.
 */
export class LogRation {
  readonly #shares = new Map<string, Share>();

  /**
   * Asks for one line more.
   *
   * @param now epoch ms.
   * @returns undefined when it is to be left out; else how many were left out since the last one that was written.
   */
  take(source: string, level: string, now: number): number | undefined {
    const share = this.#shareOf(`${level} ${source}`, now);
    share.left = Math.min(BURST, share.left + Math.max(0, now - share.at) / 1_000 * LINES_PER_S);
    share.at = now;
    if (share.left < 1) {
      share.leftOut++;
      return undefined;
    }
    share.left--;
    const { leftOut } = share;
    share.leftOut = 0;
    return leftOut;
  }

  /** Lines left out that no later line has reported yet, by source. Each is named once. */
  takeRest(): ReadonlyMap<string, number> {
    const rest = new Map<string, number>();
    for (const [key, share] of this.#shares) {
      if (share.leftOut === 0) continue;
      const source = key.slice(key.indexOf(" ") + 1);
      rest.set(source, (rest.get(source) ?? 0) + share.leftOut);
      share.leftOut = 0;
    }
    return rest;
  }

  #shareOf(key: string, now: number): Share {
    const known = this.#shares.get(key);
    if (known !== undefined) return known;
    const share = { left: BURST, at: now, leftOut: 0 };
    this.#shares.set(key, share);
    return share;
  }
}
