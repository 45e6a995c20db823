import type { Bar } from "../../model/bar.ts";
import type { Source } from "../../model/instrument.ts";
import { floorTo, MINUTE } from "../../model/time.ts";

/**
 * The minute of an index as its live values have shown it so far. It may lack extremes that the venue's own row
 * has: the closed bar is always the venue's.
 */
export class FormingIndex {
  #bar: Bar | undefined;
  #time = -Infinity;

  /**
   * Takes a value.
   *
   * @returns the forming bar, or undefined for a value of a minute that is over.
   */
  take({ time, value }: { readonly time: number; readonly value: number }, source: Source) {
    const openTime = floorTo(time, MINUTE);
    const bar = this.#bar;
    if (bar !== undefined && openTime < bar.openTime) return undefined;
    const isNew = bar === undefined || openTime > bar.openTime;
    if (!isNew && bar.closed) return undefined;
    // A value that comes out of order was there all the same, but is not the last.
    const isLatest = isNew || time >= this.#time;
    this.#time = Math.max(this.#time, time);
    this.#bar = {
      openTime,
      open: isNew ? value : bar.open,
      high: isNew ? value : Math.max(bar.high, value),
      low: isNew ? value : Math.min(bar.low, value),
      close: isLatest ? value : bar.close,
      volume: NaN,
      closed: false,
      revision: 0,
      source,
    };
    return this.#bar;
  }

  /** The minute has been closed by the venue's own row. */
  close(openTime: number): void {
    if (this.#bar?.openTime === openTime) this.#bar = { ...this.#bar, closed: true };
  }

  /** Forgets what belonged to the connection before. */
  clear(): void {
    this.#bar = undefined;
    this.#time = -Infinity;
  }
}
