import { DAY, HOUR, MINUTE } from "../model/time.ts";

/** A clock this near to this machine's agrees with it. */
const AGREES_MS = 2 * MINUTE;
/** Clocks set to another zone are off by a multiple of this, up to 14 hours. */
const ZONE_STEP_MS = 15 * MINUTE;
const MOST_ZONE_MS = 14 * HOUR;

/**
 * The one time that a market goes by: that of the venue furthest ahead. A venue whose clock is more than a day away
 * from the time so far is left out while another goes on from there, so that one that is wrong does not take the
 * others with it. So is one that is off by what looks like a zone, while another agrees with this machine's clock: the
 * status names it, and the market's minutes stay where they are.
 */
export class MarketTime {
  #newest = NaN;

  /**
   * @param times of the venues, epoch ms UTC; infinite or NaN where unknown.
   * @param local this machine's wall clock, epoch ms UTC. @default unknown
   * @returns NaN while all are unknown.
   */
  of(times: readonly number[], local = NaN): number {
    const finite = times.filter(Number.isFinite);
    const isAgreed = finite.some((time) => Math.abs(time - local) <= AGREES_MS);
    const known = isAgreed ? finite.filter((time) => !isInAnotherZone(time - local)) : finite;
    const near = known.filter((time) => Math.abs(time - this.#newest) <= DAY);
    const chosen = near.length > 0 ? near : known;
    if (chosen.length === 0) return NaN;
    this.#newest = Math.max(...chosen);
    return this.#newest;
  }
}

/** Whether two clocks differ as those of two zones do. */
export function isInAnotherZone(offsetMs: number): boolean {
  const size = Math.abs(offsetMs), steps = Math.round(size / ZONE_STEP_MS);
  return steps >= 2 && size <= MOST_ZONE_MS + AGREES_MS &&
    Math.abs(size - steps * ZONE_STEP_MS) <= AGREES_MS;
}
