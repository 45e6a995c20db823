import { checkTimeOrder, liveNumber } from "../numbers.ts";
import { overlapCovariance } from "./overlap_covariance.ts";
import { cleanTicks, type RealizedCovariance, realizedVariance, withCorrelation } from "./ticks.ts";

/**
 * Covariance of two instruments from ticks that do not come together: the products of price changes over
 * all pairs of intervals `(t_{i-1}, t_i]`, `(s_{j-1}, s_j]` that overlap (Hayashi & Yoshida, Bernoulli 11,
 * 2005). No grid, so no Epps effect and nothing to choose; bounce and other noise still bend it, so feed
 * it mid or micro prices.
 *
 * `corr` divides by the realized variances of the same ticks. It may lie beyond ±1 in short samples, and
 * is given as it comes. Several ticks at one moment of one side count as the last; ticks without a finite
 * price are left out. NaN with fewer than two ticks on a side; 0 where no intervals overlap. O(n + m).
 *
 * @param t1 times of the first side, epoch ms, ascending.
 * @param p1 its log prices.
 * @throws {RangeError} when a side's columns differ in length or its time goes back.
 *
 * @example
 * ```ts
 * import { hayashiYoshida } from "./hayashi_yoshida.ts";
 * import assert from "node:assert/strict";
 * // Changes 1 over (0, 10] and 2 over (10, 20] meet 3 over (5, 15] both.
 * const { cov, rv1, rv2 } = hayashiYoshida([0, 10, 20], [0, 1, 3], [5, 15], [0, 3]);
 * assert.deepEqual([cov, rv1, rv2], [9, 5, 9]);
 * ```
 */
export function hayashiYoshida(
  t1: ArrayLike<number>,
  p1: ArrayLike<number>,
  t2: ArrayLike<number>,
  p2: ArrayLike<number>,
): RealizedCovariance {
  const first = cleanTicks(t1, p1), second = cleanTicks(t2, p2);
  return withCorrelation(
    overlapCovariance(first, second, 0),
    realizedVariance(first),
    realizedVariance(second),
  );
}

/**
 * {@link hayashiYoshida} tick by tick, O(1) each. Ticks of both sides come in one order of time; several at
 * the same moment, on one side or on both, count together as in the batch form, whatever their order.
 *
 * @example
 * ```ts
 * import { HayashiYoshida } from "./hayashi_yoshida.ts";
 * import assert from "node:assert/strict";
 * const running = new HayashiYoshida();
 * running.pushFirst(0, 0);
 * running.pushSecond(5, 0);
 * running.pushFirst(10, 1);
 * running.pushSecond(15, 3);
 * assert.equal(running.value.cov, 3);
 * assert.equal(running.peekFirst(20, 3).cov, 9); // were this the next tick
 * assert.equal(running.value.cov, 3);
 * ```
 */
export class HayashiYoshida {
  /** Moment of the waiting ticks; the first tick is never before it, and an infinite time never equals it. */
  #now = -Number.MAX_VALUE;
  /** Ticks of this moment, not yet counted: another may still take their place. NaN for none. */
  #waiting1 = NaN;
  #waiting2 = NaN;
  /** Last counted prices, and the other side's price at that time. */
  #last1 = NaN;
  #last2 = NaN;
  #otherAt1 = NaN;
  #otherAt2 = NaN;
  #cov = 0;
  #rv1 = 0;
  #rv2 = 0;
  #ticks1 = 0;
  #ticks2 = 0;

  /**
   * A tick of the first side; one without a finite price is left out.
   *
   * @param time epoch ms, never before the last tick of either side.
   * @throws {RangeError} when the time goes back.
   */
  pushFirst(time: number, price: number): void {
    const isPrice = Number.isFinite(price);
    if (!isPrice) liveNumber(price, "price");
    if (time !== this.#now) this.#advance(time);
    if (isPrice) this.#waiting1 = price;
  }

  /** A tick of the second side, as {@link pushFirst}. */
  pushSecond(time: number, price: number): void {
    const isPrice = Number.isFinite(price);
    if (!isPrice) liveNumber(price, "price");
    if (time !== this.#now) this.#advance(time);
    if (isPrice) this.#waiting2 = price;
  }

  /** What it would say were this the first side's next tick; the state stays as it is. */
  peekFirst(time: number, price: number): RealizedCovariance {
    const copy = this.#copy();
    copy.pushFirst(time, price);
    return copy.value;
  }

  /** What it would say were this the second side's next tick; the state stays as it is. */
  peekSecond(time: number, price: number): RealizedCovariance {
    const copy = this.#copy();
    copy.pushSecond(time, price);
    return copy.value;
  }

  /** Over all ticks so far; NaN with fewer than two on a side. */
  get value(): RealizedCovariance {
    const settled = this.#copy();
    settled.#count();
    const { n1, n2 } = this;
    const cov = n1 < 2 || n2 < 2 ? NaN : settled.#cov;
    return withCorrelation(cov, n1 < 2 ? NaN : settled.#rv1, n2 < 2 ? NaN : settled.#rv2);
  }

  /** Ticks of the first side, those of one moment counted once. */
  get n1(): number {
    return this.#ticks1 + (Number.isNaN(this.#waiting1) ? 0 : 1);
  }

  /** Ticks of the second side. */
  get n2(): number {
    return this.#ticks2 + (Number.isNaN(this.#waiting2) ? 0 : 1);
  }

  #advance(time: number): void {
    checkTimeOrder(time, this.#now);
    this.#count();
    this.#now = time;
  }

  /** Counts the ticks of the moment that is over, each against what the other side did meanwhile. */
  #count(): void {
    const has1 = !Number.isNaN(this.#waiting1), has2 = !Number.isNaN(this.#waiting2);
    const change1 = has1 && this.#ticks1 > 0 ? this.#waiting1 - this.#last1 : 0;
    const change2 = has2 && this.#ticks2 > 0 ? this.#waiting2 - this.#last2 : 0;
    if (this.#ticks1 > 0 && this.#ticks2 > 0) {
      // A change that ends now meets all that the other side did since it began.
      this.#cov += change1 * (this.#last2 - this.#otherAt1) +
        change2 * (this.#last1 - this.#otherAt2) + change1 * change2;
    }
    this.#rv1 += change1 * change1;
    this.#rv2 += change2 * change2;
    const isFirst1 = has1 && this.#ticks1 === 0, isFirst2 = has2 && this.#ticks2 === 0;
    if (has1) {
      this.#last1 = this.#waiting1;
      this.#ticks1++;
      this.#waiting1 = NaN;
    }
    if (has2) {
      this.#last2 = this.#waiting2;
      this.#ticks2++;
      this.#waiting2 = NaN;
    }
    // Before its first tick a side has not moved: whoever waits since then has missed nothing.
    if (has1 || isFirst2) this.#otherAt1 = this.#last2;
    if (has2 || isFirst1) this.#otherAt2 = this.#last1;
  }

  #copy(): HayashiYoshida {
    const copy = new HayashiYoshida();
    copy.#now = this.#now;
    copy.#waiting1 = this.#waiting1;
    copy.#waiting2 = this.#waiting2;
    copy.#last1 = this.#last1;
    copy.#last2 = this.#last2;
    copy.#otherAt1 = this.#otherAt1;
    copy.#otherAt2 = this.#otherAt2;
    copy.#cov = this.#cov;
    copy.#rv1 = this.#rv1;
    copy.#rv2 = this.#rv2;
    copy.#ticks1 = this.#ticks1;
    copy.#ticks2 = this.#ticks2;
    return copy;
  }
}
