import type { Market } from "../market/market.ts";
import { MINUTE, SECOND } from "../model/time.ts";

/**
 * For how many whole local seconds an answer made of the newest minute stands: to the end of the next minute. One second
 * while a minute that has passed is still being settled.
 *
 * @param speed venue seconds per local second.
 */
export function minuteAge(
  { venueTime, latest }: Pick<Market, "venueTime" | "latest">,
  speed: number,
): number {
  if (Number.isNaN(venueTime) || latest === undefined) return 1;
  const passed = Math.floor(venueTime / MINUTE) * MINUTE;
  if (latest.openTime + MINUTE < passed) return 1;
  const leftMs = (passed + MINUTE - venueTime) / speed;
  return Math.max(1, Math.floor(leftMs / SECOND));
}
