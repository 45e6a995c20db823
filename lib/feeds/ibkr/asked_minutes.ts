import { type Interval, MINUTE, SECOND } from "../../model/time.ts";

/** Venue ms between an unsuccessful question for a minute and the next; the last one repeats. */
const SPACING_MS: readonly number[] = [5 * SECOND, 15 * SECOND, 30 * SECOND, 60 * SECOND];
/** Delayed minutes come late anyway: once a minute for all of them together. */
const SPACING_DELAYED_MS: readonly number[] = [60 * SECOND];
/** Questions in vain that settle a minute as absent, when they lie at least so far apart (venue ms). */
const ENOUGH = 3;
const ENOUGH_SPAN_MS = 3 * MINUTE;

interface Asked {
  readonly count: number;
  /** Local ms of the first question and of the last. */
  readonly since: number;
  at: number;
}

/** How often the venue was asked in vain for each minute that is still empty. */
export class AskedMinutes {
  readonly #asked = new Map<number, Asked>();
  readonly #spacingsMs: readonly number[];
  readonly #enoughSpanMs: number;
  readonly #isDelayed: boolean;

  /** @param toLocalMs turns a duration of the venue into one of the local clock. */
  constructor(options: { isDelayed: boolean; toLocalMs: (venueMs: number) => number }) {
    const spacings = options.isDelayed ? SPACING_DELAYED_MS : SPACING_MS;
    this.#isDelayed = options.isDelayed;
    this.#spacingsMs = spacings.map(options.toLocalMs);
    this.#enoughSpanMs = options.toLocalMs(ENOUGH_SPAN_MS);
  }

  /** Keeps only the minutes that are still wanted. */
  keepOnly(holes: readonly Interval[]): void {
    for (const time of this.#asked.keys()) {
      if (!holes.some((hole) => time >= hole.from && time < hole.to)) this.#asked.delete(time);
    }
  }

  /** Stretches of the holes to ask for now; all of them together in delayed mode. @param now local ms. */
  due(holes: readonly Interval[], now: number): readonly Interval[] {
    const due = this.#each(holes, now);
    return this.#isDelayed && due.length > 0 ? holes : due;
  }

  #each(holes: readonly Interval[], now: number): readonly Interval[] {
    const due: { from: number; to: number }[] = [];
    for (const hole of holes) {
      for (let time = hole.from; time < hole.to; time += MINUTE) {
        if (!this.#isDue(time, now)) continue;
        const last = due.at(-1);
        if (last !== undefined && last.to === time) last.to += MINUTE;
        else due.push({ from: time, to: time + MINUTE });
      }
    }
    return due;
  }

  /** The venue answered and left the minute out. @returns true when it did so often enough, for long enough. */
  inVain(time: number, now: number): boolean {
    const { count, since } = this.#asked.get(time) ?? { count: 0, since: now };
    this.#asked.set(time, { count: count + 1, since, at: now });
    return count + 1 >= ENOUGH && now - since >= this.#enoughSpanMs;
  }

  /** True when every minute of the holes was asked for at least once. */
  coversAll(holes: readonly Interval[]): boolean {
    for (const hole of holes) {
      for (let time = hole.from; time < hole.to; time += MINUTE) {
        if (!this.#asked.has(time)) return false;
      }
    }
    return true;
  }

  /** Lets every minute be asked for at once. */
  forgive(): void {
    for (const asked of this.#asked.values()) asked.at = -Infinity;
  }

  #isDue(time: number, now: number): boolean {
    const asked = this.#asked.get(time);
    if (asked === undefined) return true;
    return now - asked.at >= this.#spacingsMs[Math.min(asked.count, this.#spacingsMs.length) - 1]!;
  }
}
