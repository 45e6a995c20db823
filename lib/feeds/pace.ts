/**
 * Turns venue time into local waiting time. At `speed` 1 they are the same; against a simulator that runs
 * 60 venue seconds a second, ten venue seconds of silence pass in 167 ms. `floorMs` keeps a pause of the
 * local machine (a busy core, a garbage collection) from being taken for silence of the venue.
 */
export type Pace = (venueMs: number, floorMs?: number) => number;

/** @param speed venue seconds per local second, above 0. */
export function paceOf(speed: number): Pace {
  if (!(speed > 0) || !Number.isFinite(speed)) {
    throw new RangeError(`speed must be a number above 0, got ${speed}`);
  }
  return (venueMs, floorMs = 0) => Math.max(venueMs / speed, Math.min(venueMs, floorMs));
}
