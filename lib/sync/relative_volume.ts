import { copyNumbers, liveNumber } from "../stats/numbers.ts";
import type { TradingCalendar } from "../calendar/calendar.ts";
import { DAY, floorTo, MINUTE } from "../model/time.ts";
import { volumeAverage } from "./volume_average.ts";

/** Options of {@link relativeVolume}. */
export interface RelativeVolumeOptions {
  /** Bars in the mean. @default 20 */
  readonly window?: number;
  /** Whether the bar itself is one of them. With it no ratio can exceed `window`. @default true */
  readonly includesSelf?: boolean;
}

/**
 * A bar's volume over the mean volume of the last `window` bars. NaN until there are as many bars, all
 * known (an unknown volume is not 0), and where they traded nothing. No unit.
 *
 * @throws {RangeError} when `window` is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import { relativeVolume } from "./relative_volume.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...relativeVolume([1, 2, 6], { window: 3 })], [NaN, NaN, 2]);
 * assert.deepEqual([...relativeVolume([1, 3, 6], { window: 2, includesSelf: false })], [NaN, NaN, 3]);
 * ```
 */
export function relativeVolume(
  volume: ArrayLike<number>,
  options: RelativeVolumeOptions = {},
): Float64Array {
  const known = copyNumbers(volume, "volume");
  return volumeAverage(known, options).map((mean, row) => mean > 0 ? known[row]! / mean : NaN);
}

/** Options of {@link SessionVolume}. */
export interface SessionVolumeOptions {
  /** Past sessions in the mean. @default 20 */
  readonly sessions?: number;
  /** Fewest of them with this minute for a value. @default 5 */
  readonly minSessions?: number;
}

/**
 * Volume of a minute over its mean in the same minute of the sessions before: the volume of 09:31 is
 * compared with that of other 09:31s. The minute of the session is counted from the session's open, so that
 * summer time moves it with the market; sessions without end (crypto) begin at midnight UTC.
 *
 * @example
 * ```ts
 * import { SessionVolume } from "./relative_volume.ts";
 * import { alwaysOpen } from "../calendar/calendar.ts";
 * import assert from "node:assert/strict";
 * const volumes = new SessionVolume(alwaysOpen, { minSessions: 2 });
 * const day = 86_400_000;
 * assert.ok(Number.isNaN(volumes.push(0, 10)));
 * volumes.push(day, 30);
 * assert.equal(volumes.of(2 * day, 15, 0.5), 1.5); // half a minute gone, 15 of an expected 10 traded
 * assert.equal(volumes.push(2 * day, 10), 0.5);
 * ```
 */
export class SessionVolume {
  readonly sessions: number;
  readonly minSessions: number;
  readonly #calendar: TradingCalendar;
  /** Volumes of the newest sessions, newest last, by minute of the session. */
  readonly #minutes = new Map<number, { session: number; volume: number }[]>();
  #from = NaN;
  #to = NaN;
  /** Number of the present session. */
  #session = 0;

  /** @throws {RangeError} unless `1 ≤ minSessions ≤ sessions`, both whole. */
  constructor(calendar: TradingCalendar, options: SessionVolumeOptions = {}) {
    const { sessions = 20, minSessions = Math.min(5, sessions) } = options;
    if (
      !Number.isSafeInteger(sessions) || !Number.isSafeInteger(minSessions) || minSessions < 1 ||
      minSessions > sessions
    ) {
      throw new RangeError(
        `minSessions and sessions must be whole numbers, 1 ≤ minSessions ≤ sessions, ` +
          `got ${minSessions} and ${sessions}`,
      );
    }
    this.#calendar = calendar;
    this.sessions = sessions;
    this.minSessions = minSessions;
  }

  /**
   * Reading for the minute that opens at `openTime`, given its volume so far; records nothing. NaN
   * outside the session, with fewer than `minSessions` past minutes, or where they traded nothing.
   *
   * @param elapsed share of the minute gone, above 0, at most 1. @default 1
   */
  of(openTime: number, volume: number, elapsed = 1): number {
    if (!(elapsed > 0 && elapsed <= 1)) {
      throw new RangeError(`elapsed must be above 0 and at most 1, got ${elapsed}`);
    }
    const { minute, session } = this.#place(openTime);
    if (Number.isNaN(minute)) return NaN;
    const past =
      this.#minutes.get(minute)?.filter((each) =>
        each.session < session && each.session >= session - this.sessions
      ) ?? [];
    const mean = past.reduce((sum, each) => sum + each.volume, 0) / past.length;
    return past.length >= this.minSessions && mean > 0 ? volume / (elapsed * mean) : NaN;
  }

  /** Adds a closed minute, in time order; where it stood among those before it. */
  push(openTime: number, volume: number): number {
    liveNumber(volume, "volume");
    const { minute, session, from, to } = this.#place(openTime);
    const value = this.of(openTime, volume);
    if (Number.isNaN(minute)) return NaN;
    this.#from = from;
    this.#to = to;
    this.#session = session;
    if (Number.isFinite(volume)) {
      const past = this.#minutes.get(minute) ?? [];
      past.push({ session, volume });
      if (past[0]!.session < session - this.sessions) past.shift();
      this.#minutes.set(minute, past);
    }
    return value;
  }

  /** @throws {RangeError} when the time is not finite. */
  #place(time: number): { minute: number; session: number; from: number; to: number } {
    if (!Number.isFinite(time)) throw new RangeError(`openTime must be finite, got ${time}`);
    if (time >= this.#from && time < this.#to) {
      const minute = Math.floor((time - this.#from) / MINUTE);
      return { minute, session: this.#session, from: this.#from, to: this.#to };
    }
    const found = this.#calendar.sessionOf(time);
    if (found === undefined) return { minute: NaN, session: NaN, from: NaN, to: NaN };
    const day = floorTo(time, DAY);
    const from = found.from === -Infinity ? day : found.from;
    const to = found.to === Infinity ? day + DAY : found.to;
    return { minute: Math.floor((time - from) / MINUTE), session: this.#session + 1, from, to };
  }
}
