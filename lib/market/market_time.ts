import { DAY } from "../model/time.ts";

/**
 * The one time that a market goes by: that of the venue furthest ahead. A venue whose clock is more than a day away
 * from the time so far is left out while another goes on from there, so that one that is wrong does not take the
 * others with it.
 */
export class MarketTime {
  #newest = NaN;

  /** @param times of the venues, epoch ms UTC; infinite or NaN where unknown. @returns NaN while all are. */
  of(times: readonly number[]): number {
    const known = times.filter(Number.isFinite);
    const near = known.filter((time) => Math.abs(time - this.#newest) <= DAY);
    const chosen = near.length > 0 ? near : known;
    if (chosen.length === 0) return NaN;
    this.#newest = Math.max(...chosen);
    return this.#newest;
  }
}
