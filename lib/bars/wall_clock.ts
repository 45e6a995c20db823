import { DAY, HOUR, MINUTE } from "../model/time.ts";
import { LocalClock } from "../calendar/local_clock.ts";

/** Converts local times to UTC, in the order of a file. */
export class WallClock {
  readonly #clock: LocalClock;
  readonly #known = new Map<number, readonly number[]>();
  #last = NaN;
  #isFalling = false;

  /** @throws {RangeError} when the zone is not known. */
  constructor(zone: string) {
    this.#clock = new LocalClock(zone);
  }

  /**
   * Epoch ms UTC of a local time that is given as if it were UTC. NaN for a time skipped in spring. For a time
   * repeated in autumn, the occurrence that continues the order of the times converted before.
   */
  utcOf(local: number): number {
    const [first, second] = this.distances(local);
    if (first === undefined) return NaN;
    let time = local - first;
    if (second !== undefined && !Number.isNaN(this.#last)) {
      const later = local - second;
      const isLater = this.#isFalling ? later < this.#last : time <= this.#last;
      if (isLater) time = later;
    }
    if (time !== this.#last) this.#isFalling = time < this.#last;
    return this.#last = time;
  }

  /** UTC offsets, ms, at which this local time occurs: none, one, or two, the earlier occurrence first. */
  distances(local: number): readonly number[] {
    const hour = Math.floor(local / (HOUR / 2));
    let known = this.#known.get(hour);
    if (known === undefined) {
      known = this.#distancesIn(hour * (HOUR / 2));
      this.#known.set(hour, known);
    }
    return known;
  }

  /** After how many ms the clock shows the same again as at this time, epoch ms UTC; 0 where it does not. */
  repeatsAfter(utc: number): number {
    const local = utc + this.#distanceAt(utc);
    const [first, second] = this.distances(local);
    return second !== undefined && local - first! === utc ? first! - second : 0;
  }

  #distancesIn(local: number): number[] {
    const around = [local - DAY, local + DAY].map((time) => this.#distanceAt(time));
    return [...new Set(around)].filter((distance) =>
      this.#distanceAt(local - distance) === distance
    ).sort((a, b) => b - a);
  }

  #distanceAt(utc: number): number {
    const { day, minute } = this.#clock.at(utc);
    return day * DAY + minute * MINUTE - Math.floor(utc / MINUTE) * MINUTE;
  }
}
