import { MarketError } from "../model/errors.ts";
import type { Venue } from "../model/instrument.ts";
import { formatUtc } from "../model/time.ts";

/** Why the minutes between two eras of a venue are missing. */
export const JUMPED = "the venue's time jumped by more than a day";

/** The venue's answers agree on a time more than a day away from what was known. */
export function jumpedTime(venue: Venue, now: number): MarketError {
  return new MarketError(
    "time-jumped",
    "retry",
    `The time of ${venue} has jumped by more than a day, to ${
      formatUtc(now)
    }: the venue changed it, or this machine slept. The connection starts anew from there; the minutes between are listed as missing.`,
    { venue },
  );
}

/** The venue answers with times in which no market data can be. */
export function impossibleTime(venue: Venue): MarketError {
  return new MarketError(
    "impossible-time",
    "retry",
    `${venue} answers the question for its time with one that cannot be. Nothing is streamed without it; connecting again.`,
    { venue },
  );
}
