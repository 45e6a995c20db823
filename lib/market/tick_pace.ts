/** Most updates a second: one for all, or one each by instrument; what is not named has 2. */
export type TicksPerSecond = number | Readonly<Record<string, number>>;

/** A notebook's page takes no more from a kernel for long. */
export const NOTEBOOK_TICKS = 2;

/** Which instruments' newest prices are due, so that each is sent no more often than it may be. */
export class TickPace {
  readonly #perSecond: TicksPerSecond;
  /** Number of the interval in which each was sent last, counted from the clock's zero. */
  readonly #sentIn = new Map<string, number>();

  /** @throws {RangeError} unless every pace is above 0 and at most 50. */
  constructor(perSecond: TicksPerSecond = NOTEBOOK_TICKS) {
    const paces = typeof perSecond === "number" ? [perSecond] : Object.values(perSecond);
    for (const pace of paces) {
      if (typeof pace === "number" && pace > 0 && pace <= 50) continue;
      throw new RangeError(`ticksPerSecond must be above 0 and at most 50, got ${pace}`);
    }
    this.#perSecond = perSecond;
  }

  /** Least time between two updates of any of these instruments, ms. */
  leastMs(instruments: readonly string[]): number {
    const most = Math.max(...instruments.map((id) => this.#of(id)), 0.001);
    return 1_000 / most;
  }

  /** True where it may be sent at this time, which then counts as sent. @param now monotonic ms. */
  take(instrument: string, now: number): boolean {
    // Timers come up to a millisecond early, or late; one that came late must not make the next too early, or a price
    // would be passed over that nothing asks for again.
    const interval = Math.floor((now + 1) * this.#of(instrument) / 1_000);
    if (interval <= (this.#sentIn.get(instrument) ?? -Infinity)) return false;
    this.#sentIn.set(instrument, interval);
    return true;
  }

  #of(instrument: string): number {
    return typeof this.#perSecond === "number"
      ? this.#perSecond
      : this.#perSecond[instrument] ?? NOTEBOOK_TICKS;
  }
}
