import { DAY, MINUTE } from "../model/time.ts";

/** A time as the clocks of one zone show it. */
export interface LocalTime {
  /** Local days since 1970-01-01. */
  readonly day: number;
  /** 1 Monday to 7 Sunday. */
  readonly weekday: number;
  /** Minutes since local midnight. */
  readonly minute: number;
}

/**
 * Wall clock of an IANA zone. The zone's offset is looked up once between two of its changes, so that a
 * million minutes cost a few look-ups.
 *
 * @example
 * ```ts
 * import { LocalClock } from "./local_clock.ts";
 * import assert from "node:assert/strict";
 * const { weekday, minute } = new LocalClock("America/New_York").at(Date.UTC(2026, 6, 6, 13, 30));
 * assert.deepEqual([weekday, minute], [1, 9 * 60 + 30]);
 * ```
 */
export class LocalClock {
  readonly timeZone: string;
  #from = NaN;
  #to = NaN;
  #offset = NaN;

  /** @throws {RangeError} when the zone is not known. */
  constructor(timeZone: string) {
    this.timeZone = timeZone;
    this.#look(0);
  }

  /** @param time epoch ms UTC. */
  at(time: number): LocalTime {
    if (!(time >= this.#from && time < this.#to)) this.#look(time);
    const local = time + this.#offset;
    const day = Math.floor(local / DAY);
    // 1970-01-01 was a Thursday.
    const weekday = ((day + 3) % 7 + 7) % 7 + 1;
    return { day, weekday, minute: Math.floor((local - day * DAY) / MINUTE) };
  }

  #look(time: number): void {
    const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(time))
      .toZonedDateTimeISO(this.timeZone);
    this.#offset = zoned.offsetNanoseconds / 1e6;
    this.#to = zoned.getTimeZoneTransition("next")?.epochMilliseconds ?? Infinity;
    // The transition before the next instant, so that one at this very instant counts.
    this.#from = zoned.add({ milliseconds: 1 }).getTimeZoneTransition("previous")
      ?.epochMilliseconds ?? -Infinity;
  }
}
