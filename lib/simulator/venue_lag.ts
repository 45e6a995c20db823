import { SLOT_MS } from "./price_path.ts";

/** The venue that repeats the prices of all others, and how much later, ms. */
export const VENUE_LAG = { follower: "kraken", lagMs: SLOT_MS } as const;

/** Slots of the lag. */
const SLOTS = VENUE_LAG.lagMs / SLOT_MS;

/**
 * The prices of a day as the venue that follows has them: what the path was a lag before.
 *
 * @param prices at each slot's start, and at the day's end.
 * @param before the same of the day before; undefined on the first day, which begins with a price that stands.
 */
export function laggedPrices(
  prices: Float64Array,
  before: Float64Array | undefined,
): Float64Array {
  const lagged = new Float64Array(prices.length);
  lagged.set(prices.subarray(0, prices.length - SLOTS), SLOTS);
  for (let slot = 0; slot < SLOTS; slot++) {
    // A day's last price is the next day's first.
    lagged[slot] = before?.[before.length - 1 - SLOTS + slot] ?? prices[0]!;
  }
  return lagged;
}
