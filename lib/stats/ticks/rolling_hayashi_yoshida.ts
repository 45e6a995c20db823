import { checkAboveZero, checkTimeOrder, liveNumber } from "../numbers.ts";
import { givenOptions } from "../given_options.ts";
import { OverlapSegment } from "./overlap_segment.ts";
import { type RealizedCovariance, withCorrelation } from "./ticks.ts";

/** Options of {@link RollingHayashiYoshida}. */
export interface RollingTicksOptions {
  /** Length in ms; the window at time t is `(t - windowMs, t]`. */
  readonly windowMs: number;
}

/**
 * Hayashi–Yoshida covariance of the ticks of the last `windowMs`: at every moment what `hayashiYoshida` says
 * of the ticks in the window, however many they are. Amortised O(1) a tick, and no sum is ever subtracted
 * from, so that a wild print leaves nothing behind: two stacks of segments that join, see
 * {@link OverlapSegment}. Memory is that of the ticks in the window.
 *
 * Ticks of both sides come in one order of time; several at the same moment count as the last, on either
 * side, whatever their order. A tick without a finite price only moves the time on. NaN with fewer than two
 * ticks on a side.
 *
 * @example
 * ```ts
 * import { RollingHayashiYoshida } from "./rolling_hayashi_yoshida.ts";
 * import assert from "node:assert/strict";
 * const rolling = new RollingHayashiYoshida({ windowMs: 100 });
 * rolling.pushFirst(0, 0);
 * rolling.pushSecond(5, 0);
 * rolling.pushFirst(10, 1);
 * rolling.pushSecond(15, 3);
 * assert.equal(rolling.value.cov, 3);
 * assert.equal(rolling.peekFirst(20, 3).cov, 9); // were this the next tick
 * rolling.pushFirst(103, 2); // the tick at 0 has left
 * assert.deepEqual([rolling.value.cov, rolling.n1, rolling.n2], [3, 2, 2]);
 * ```
 */
export class RollingHayashiYoshida {
  readonly windowMs: number;
  /** Moment of the waiting ticks: another of the same moment may still take their place. */
  #now = -Infinity;
  #waiting1 = NaN;
  #waiting2 = NaN;
  readonly #past = new SegmentWindow();
  readonly #scratch = new OverlapSegment();
  readonly #moment = new OverlapSegment();

  /** @throws {RangeError} when `windowMs` is not above 0. */
  constructor(options: RollingTicksOptions) {
    this.windowMs = checkTickWindow(options);
  }

  /**
   * A tick of the first side.
   *
   * @param time epoch ms, never before the last tick of either side.
   * @param price log price.
   * @throws {RangeError} when the time goes back.
   */
  pushFirst(time: number, price: number): void {
    liveNumber(price, "price");
    if (time !== this.#now || time === -Infinity) this.#advance(time);
    if (Number.isFinite(price)) this.#waiting1 = price;
  }

  /** A tick of the second side, as {@link pushFirst}. */
  pushSecond(time: number, price: number): void {
    liveNumber(price, "price");
    if (time !== this.#now || time === -Infinity) this.#advance(time);
    if (Number.isFinite(price)) this.#waiting2 = price;
  }

  /** What it would say were this the first side's next tick; the state stays as it is. */
  peekFirst(time: number, price: number): RealizedCovariance {
    return this.#peek(time, price, NaN);
  }

  /** What it would say were this the second side's next tick; the state stays as it is. */
  peekSecond(time: number, price: number): RealizedCovariance {
    return this.#peek(time, NaN, price);
  }

  /** Over the ticks in the window; NaN with fewer than two on a side. */
  get value(): RealizedCovariance {
    return readSegment(this.#current());
  }

  /** Ticks of the first side in the window, those of one moment counted once. */
  get n1(): number {
    return this.#current().n1;
  }

  /** Ticks of the second side in the window. */
  get n2(): number {
    return this.#current().n2;
  }

  #advance(time: number): void {
    checkTimeOrder(time, this.#now);
    if (this.#hasWaiting()) this.#past.push(this.#now, this.#waiting1, this.#waiting2);
    this.#past.dropUntil(time - this.windowMs);
    this.#now = time;
    this.#waiting1 = this.#waiting2 = NaN;
  }

  #hasWaiting(): boolean {
    return !(Number.isNaN(this.#waiting1) && Number.isNaN(this.#waiting2));
  }

  #current(): OverlapSegment {
    const all = this.#scratch;
    this.#past.read(-Infinity, all);
    this.#moment.moment(this.#waiting1, this.#waiting2);
    all.join(all, this.#moment);
    return all;
  }

  #peek(time: number, price1: number, price2: number): RealizedCovariance {
    const all = this.#scratch, moment = this.#moment;
    liveNumber(price1, "price");
    liveNumber(price2, "price");
    const isSame = time === this.#now;
    if (!isSame) checkTimeOrder(time, this.#now);
    const from = time - this.windowMs;
    this.#past.read(from, all);
    if (!isSame && this.#now > from) {
      moment.moment(this.#waiting1, this.#waiting2);
      all.join(all, moment);
    }
    const known1 = Number.isFinite(price1), known2 = Number.isFinite(price2);
    moment.moment(
      known1 ? price1 : isSame ? this.#waiting1 : NaN,
      known2 ? price2 : isSame ? this.#waiting2 : NaN,
    );
    all.join(all, moment);
    return readSegment(all);
  }
}

/** @throws {RangeError} when `windowMs` is not above 0. */
export function checkTickWindow(options: RollingTicksOptions): number {
  const { windowMs } = givenOptions(options);
  checkAboveZero("windowMs", windowMs);
  return windowMs!;
}

function readSegment({ n1, n2, cov, rv1, rv2 }: OverlapSegment): RealizedCovariance {
  return withCorrelation(
    n1 < 2 || n2 < 2 ? NaN : cov,
    n1 < 2 ? NaN : rv1,
    n2 < 2 ? NaN : rv2,
  );
}

/** Moments that enter at one end and leave at the other, with the segment of all: two stacks. */
class SegmentWindow {
  /** The newer part: its moments, and the segment of all of them. */
  readonly #times: number[] = [];
  readonly #prices1: number[] = [];
  readonly #prices2: number[] = [];
  readonly #newer = new OverlapSegment();
  /** The older part: suffix `i` holds its moments from `i` on; those before `first` have left. */
  readonly #suffixes: OverlapSegment[] = [];
  #olderTimes: number[] = [];
  #first = 0;
  readonly #moment = new OverlapSegment();

  push(time: number, price1: number, price2: number): void {
    this.#times.push(time);
    this.#prices1.push(price1);
    this.#prices2.push(price2);
    this.#moment.moment(price1, price2);
    this.#newer.join(this.#newer, this.#moment);
  }

  /** Drops the moments at or before `time`. */
  dropUntil(time: number): void {
    for (;;) {
      while (this.#first < this.#olderTimes.length && this.#olderTimes[this.#first]! <= time) {
        this.#first++;
      }
      const isUsedUp = this.#first === this.#olderTimes.length;
      if (!isUsedUp || this.#times.length === 0 || this.#times[0]! > time) return;
      this.#flip();
    }
  }

  /** The segment of the moments after `time`; nothing changes. */
  read(time: number, into: OverlapSegment): void {
    let from = this.#first;
    while (from < this.#olderTimes.length && this.#olderTimes[from]! <= time) from++;
    if (from < this.#olderTimes.length) {
      into.join(this.#suffixes[from]!, this.#newer);
      return;
    }
    if (this.#times.length === 0 || this.#times[0]! > time) {
      into.copy(this.#newer);
      return;
    }
    into.clear();
    this.#times.forEach((at, i) => {
      if (at <= time) return;
      this.#moment.moment(this.#prices1[i]!, this.#prices2[i]!);
      into.join(into, this.#moment);
    });
  }

  /** Turns the moments of the newer part into suffixes. */
  #flip(): void {
    const rows = this.#times.length;
    for (let i = rows - 1; i >= 0; i--) {
      const suffix = this.#suffixes[i] ??= new OverlapSegment();
      suffix.moment(this.#prices1[i]!, this.#prices2[i]!);
      if (i < rows - 1) suffix.join(suffix, this.#suffixes[i + 1]!);
    }
    // Twice the room that is in use at most, so that a burst does not hold memory for ever.
    if (this.#suffixes.length > 2 * rows) this.#suffixes.length = rows;
    this.#olderTimes = this.#times.slice();
    this.#first = 0;
    this.#times.length = this.#prices1.length = this.#prices2.length = 0;
    this.#newer.clear();
  }
}
