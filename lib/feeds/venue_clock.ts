import { DAY, MINUTE, SECOND } from "../model/time.ts";
import type { Clock } from "../runtime/clock.ts";
import { isEpochMs } from "../wire/json_fields.ts";

/** One question for the venue's time. Local stamps are `clock.monotonic()`. */
export interface TimeSample {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** What the venue answered, epoch ms. */
  readonly venueTime: number;
  /** The venue's answer is floored to this many ms (IBKR: 1000, Binance: 1). */
  readonly resolutionMs: number;
}

/**
 * What became of an answer:
 * - `taken`: the clock rests on it;
 * - `doubted`: it contradicts the clock by more than a minute, and others have to agree with it first;
 * - `impossible`: no market data can be of that time.
 */
export type TimeVerdict = "taken" | "doubted" | "impossible";

/** An answer that contradicts the clock by more than this is doubted, venue ms, */
const DOUBT_MS = MINUTE;
/** and at high speeds by more than what passes in this much local time. */
const DOUBT_LOCAL_MS = SECOND;
/** So many answers in a row have to agree with each other before they replace what was known. */
const AGREEING_ANSWERS = 3;
/** A jump beyond this begins another era. */
const ERA_MS = DAY;
/** The venue's events may be ahead of its answers by this much, venue ms, */
const AHEAD_MS = 5 * SECOND;
/** and at high speeds by what passes in this much local time. */
const AHEAD_LOCAL_MS = 50;

/** Venue time minus `speed` × monotonic local time. */
interface Bounds {
  readonly low: number;
  readonly high: number;
}

/**
 * The venue's time, learned from the venue and followed. It is kept as two bounds, so that nothing is
 * closed early on a guess: {@link atLeast} has surely passed, {@link estimate} is the best guess.
 *
 * Any event of the venue is evidence too: an event stamped T proves that T has passed. But no event moves the time
 * further than the answers allow, and no single answer moves a known time by more than a minute.
 */
export class VenueClock {
  readonly #clock: Clock;
  readonly #speed: number;
  #low = -Infinity;
  #high = Infinity;
  /** Upper bound by the venue's answers alone. */
  #answered = Infinity;
  /** Answers in a row that agree with each other and not with the clock. */
  #doubted: Bounds & { readonly count: number } | undefined;
  #era = 0;

  /** @param speed venue seconds per local second; 1 against a real venue. */
  constructor(clock: Clock, speed = 1) {
    this.#clock = clock;
    this.#speed = speed;
  }

  /** True once the venue's time is known. */
  get isKnown(): boolean {
    return this.#low > -Infinity;
  }

  /** True while the newest answers contradict the clock: the venue is asked again soon. */
  get isDoubted(): boolean {
    return this.#doubted !== undefined;
  }

  /** One higher at each jump of more than a day: what was learned before is of another time. */
  get era(): number {
    return this.#era;
  }

  /**
   * Takes one answer of the venue. One that contradicts what was known by up to a minute wins: it is newer. A larger
   * contradiction (a venue restarted elsewhere in time, a machine that slept) wins when three answers in a row agree.
   */
  observe(sample: TimeSample): TimeVerdict {
    if (!isEpochMs(Math.floor(sample.venueTime))) return "impossible";
    const bounds = this.#boundsOf(sample);
    if (distance(bounds, { low: this.#low, high: this.#high }) <= this.#doubtMs) {
      this.#take(bounds);
      return "taken";
    }
    const before = this.#doubted;
    const agrees = before !== undefined && distance(bounds, before) <= this.#doubtMs;
    const count = agrees ? before.count + 1 : 1;
    if (count < AGREEING_ANSWERS) {
      this.#doubted = { ...bounds, count };
      return "doubted";
    }
    this.#replace(bounds);
    return "taken";
  }

  /** Takes a time in which several messages of the venue have agreed: it replaces what was known. */
  establish(sample: TimeSample): TimeVerdict {
    if (!isEpochMs(Math.floor(sample.venueTime))) return "impossible";
    const bounds = this.#boundsOf(sample);
    if (distance(bounds, { low: this.#low, high: this.#high }) <= this.#doubtMs) this.#take(bounds);
    else this.#replace(bounds);
    return "taken";
  }

  /**
   * Takes an event of the venue stamped `venueTime`, just received.
   *
   * @param now local monotonic ms, where it was read already. @default read now
   */
  passed(venueTime: number, now = this.#clock.monotonic()): void {
    if (!this.isKnown) return;
    const aheadMs = AHEAD_MS + AHEAD_LOCAL_MS * (this.#speed - 1);
    const low = Math.min(
      venueTime - this.#speed * now,
      this.#answered + aheadMs,
    );
    if (low > this.#low) {
      this.#low = low;
      this.#high = Math.max(low, this.#high);
    }
  }

  /** A venue time that has surely passed; `-Infinity` while unknown. */
  atLeast(): number {
    return this.#low + this.#speed * this.#clock.monotonic();
  }

  /**
   * Best guess of the venue's time now; NaN while unknown.
   *
   * @param now local monotonic ms, where it was read already. @default read now
   */
  estimate(now = this.#clock.monotonic()): number {
    const middle = Number.isFinite(this.#high) ? (this.#low + this.#high) / 2 : this.#low;
    return this.isKnown ? middle + this.#speed * now : NaN;
  }

  /** Venue time minus the local wall clock, ms; NaN while unknown. */
  offsetMs(): number {
    return this.estimate() - this.#clock.now();
  }

  /** Half-width of the estimate, ms; NaN while unknown. */
  uncertaintyMs(): number {
    return this.isKnown && Number.isFinite(this.#high) ? (this.#high - this.#low) / 2 : NaN;
  }

  get #doubtMs(): number {
    return DOUBT_MS + DOUBT_LOCAL_MS * (this.#speed - 1);
  }

  #boundsOf({ sentAt, receivedAt, venueTime, resolutionMs }: TimeSample): Bounds {
    return {
      low: venueTime - this.#speed * receivedAt,
      high: venueTime + resolutionMs - this.#speed * sentAt,
    };
  }

  #take({ low, high }: Bounds): void {
    const agrees = low <= this.#high && high >= this.#low;
    this.#low = agrees ? Math.max(low, this.#low) : low;
    this.#high = agrees ? Math.min(high, this.#high) : high;
    this.#answered = this.#high;
    this.#doubted = undefined;
  }

  #replace(bounds: Bounds): void {
    if (distance(bounds, { low: this.#low, high: this.#high }) > ERA_MS) this.#era++;
    this.#low = bounds.low;
    this.#high = this.#answered = bounds.high;
    this.#doubted = undefined;
  }
}

/** How far two intervals are apart, ms; 0 where they overlap. */
function distance(a: Bounds, b: Bounds): number {
  return Math.max(0, a.low - b.high, b.low - a.high);
}
