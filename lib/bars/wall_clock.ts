import { DAY, HOUR, MINUTE } from "../model/time.ts";
import { LocalClock } from "../calendar/local_clock.ts";

/** Times of a wall clock made UTC, in the order of a file. */
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
   * Epoch ms UTC of a local time, told as if it were UTC. NaN for a time that the clocks leap over. Of a time that
   * they show twice it is the one that goes on in the direction of the times asked for before.
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

  /** Distances from UTC, ms, at which clocks show this time: none, one, or two, the earlier time first. */
  distances(local: number): readonly number[] {
    const hour = Math.floor(local / (HOUR / 2));
    let known = this.#known.get(hour);
    if (known === undefined) {
      known = this.#distancesIn(hour * (HOUR / 2));
      this.#known.set(hour, known);
    }
    return known;
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
