import { NOT_HEALED } from "../bars/count_minutes.ts";
import { STOPPED_BY_USER } from "../feeds/connection.ts";
import { venueTitle } from "../feeds/venues.ts";
import type { Missing } from "../model/coverage.ts";
import type { FeedEvent } from "../model/feed_event.ts";
import type { Venue } from "../model/instrument.ts";
import { ceilTo, floorTo, type Interval, MINUTE } from "../model/time.ts";

/** Why nothing is known of an instrument, and since when: the user has stopped its venue. */
export interface Stop {
  /** Venue time, epoch ms UTC; -Infinity where it has not run yet. */
  readonly since: number;
  /** `Coinbase is stopped by the user`. */
  readonly reason: string;
}

/** The venues that the user has stopped. */
export class StoppedVenues {
  readonly #stops = new Map<Venue, Stop>();

  of(venue: Venue): Stop | undefined {
    return this.#stops.get(venue);
  }

  take({ venue, to, time = -Infinity }: Extract<FeedEvent, { kind: "transition" }>): void {
    if (to !== "stopped") this.#stops.delete(venue);
    else {this.#stops.set(venue, {
        since: time,
        reason: `${venueTitle(venue)} is ${to} by the user`,
      });}
  }
}

/**
 * What is missing, with that apart which nobody tried to get: minutes of a stop are not lost.
 *
 * @param stops from when to when the user had stopped the venue; Infinity while it lasts.
 */
export function withStops(
  missing: readonly Missing[],
  stops: readonly Interval[],
): readonly Missing[] {
  if (stops.length === 0) return missing;
  return missing.flatMap((stretch) => {
    if (stretch.reason !== NOT_HEALED) return [stretch];
    const parts: Missing[] = [];
    let { from } = stretch;
    const add = (to: number, reason: string) => {
      if (to > from) parts.push({ from, to, minutes: (to - from) / MINUTE, reason });
      from = Math.max(from, to);
    };
    for (const stop of stops) {
      const begin = floorTo(stop.from, MINUTE), end = ceilTo(stop.to, MINUTE);
      if (!(begin < stretch.to && end > from)) continue;
      add(Math.min(begin, stretch.to), NOT_HEALED);
      add(
        Math.min(end, stretch.to),
        stop.to === Infinity ? STOPPED_BY_USER : `${STOPPED_BY_USER}, ${NOT_HEALED}`,
      );
    }
    add(stretch.to, NOT_HEALED);
    return parts;
  });
}

/** The same of a gap: why its minutes did not come. */
export function gapReason(gap: Interval & { readonly reason: string }, stops: readonly Interval[]) {
  const isStop = stops.some(({ from, to }) =>
    floorTo(from, MINUTE) <= gap.from && ceilTo(to, MINUTE) >= gap.to
  );
  return isStop ? STOPPED_BY_USER : gap.reason;
}
