import { checkNumbers } from "../numbers.ts";

/** Ticks of one instrument in time order, one a moment, without gaps. */
export interface Ticks {
  /** Epoch ms, strictly ascending. */
  readonly time: Float64Array;
  /** Log prices. */
  readonly price: Float64Array;
}

/**
 * Ticks fit for the estimators: those without a finite price are left out, and of several at one moment
 * the last stays.
 *
 * @param time epoch ms, ascending, equal times allowed.
 * @throws {RangeError} when the columns differ in length or the time goes back or is not finite.
 */
export function cleanTicks(time: ArrayLike<number>, price: ArrayLike<number>): Ticks {
  if (time.length !== price.length) {
    throw new RangeError(
      `times and prices must be equally many, got ${time.length} and ${price.length}`,
    );
  }
  if (time instanceof Float64Array && price instanceof Float64Array && isClean(time, price)) {
    return { time, price };
  }
  checkNumbers(time, "times");
  checkNumbers(price, "prices");
  const times = new Float64Array(time.length), prices = new Float64Array(time.length);
  let n = 0, last = -Infinity;
  for (let tick = 0; tick < time.length; tick++) {
    const at = time[tick]!, value = price[tick]!;
    if (!(Number.isFinite(at) && at >= last)) {
      throw new RangeError(`times must not go back, got ${at} after ${last} at tick ${tick}`);
    }
    last = at;
    if (!Number.isFinite(value)) continue;
    if (n > 0 && times[n - 1] === at) n--;
    times[n] = at;
    prices[n] = value;
    n++;
  }
  return { time: times.subarray(0, n), price: prices.subarray(0, n) };
}

/** Most ticks come clean, and a look is cheaper than a copy. */
function isClean(time: Float64Array, price: Float64Array): boolean {
  let last = -Infinity;
  for (let tick = 0; tick < time.length; tick++) {
    const at = time[tick]!, value = price[tick]!;
    if (!(at > last && at < Infinity) || value - value !== 0) return false;
    last = at;
  }
  return true;
}

/** Sum of squared price changes from tick to tick; NaN below two ticks. */
export function realizedVariance({ price }: Ticks): number {
  let sum = 0;
  for (let tick = 1; tick < price.length; tick++) sum += (price[tick]! - price[tick - 1]!) ** 2;
  return price.length < 2 ? NaN : sum;
}

/** A covariance of price changes over a stretch of time, in squared log units of the whole stretch. */
export interface RealizedCovariance {
  readonly cov: number;
  /** `cov / √(rv1 rv2)`, as it comes: estimators that mend asynchrony may go beyond ±1. */
  readonly corr: number;
  /** Realized variances of both sides. */
  readonly rv1: number;
  readonly rv2: number;
}

/** The correlation that belongs to a covariance; NaN where a variance is not positive or beyond doubles. */
export function withCorrelation(cov: number, rv1: number, rv2: number): RealizedCovariance {
  const isKnown = rv1 > 0 && rv2 > 0 && rv1 < Infinity && rv2 < Infinity;
  const corr = isKnown ? cov / (Math.sqrt(rv1) * Math.sqrt(rv2)) : NaN;
  return { cov, corr, rv1, rv2 };
}
