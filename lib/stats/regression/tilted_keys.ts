/**
 * Numbers `y - slope x` in twice the precision of doubles: a high part and what it lacks. Equal slopes of
 * pairs, which ticks and zeros make by the million, leave equal keys here; in plain doubles rounding would
 * put them in any order.
 */
export interface TiltedKeys {
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/** A slope and a part far smaller, together one number of twice the precision. */
export interface Bound {
  readonly slope: number;
  readonly rest: number;
}

/** Half the distance of the doubles around 0 would itself be 0. */
const LEAST_REST = 1e-290;

/** Above every slope that is rounded to `slope`, and below every other one. */
export function justAbove(slope: number): Bound {
  return { slope, rest: Math.max(LEAST_REST, (nextAbove(slope) - slope) / 2) };
}

/** Below every slope that is rounded to `slope`, and above every other one. */
export function justBelow(slope: number): Bound {
  return { slope, rest: -justAbove(-slope).rest };
}

/** Splits a double into two halves of 26 bits: Dekker, Numer. Math. 18, 1971. */
const SPLIT = 2 ** 27 + 1;

/**
 * Keys whose order shows on which side of the bound a slope lies: of two points in the order of x, the
 * later has the smaller key exactly when the slope between them is below the bound. Sizes must be within
 * about 1e±290.
 */
export function tiltedKeys(x: Float64Array, y: Float64Array, { slope, rest }: Bound): TiltedKeys {
  const high = new Float64Array(x.length), low = new Float64Array(x.length);
  const slopeBig = SPLIT * slope - (SPLIT * slope - slope), slopeSmall = slope - slopeBig;
  for (let row = 0; row < x.length; row++) {
    const value = x[row]!, product = slope * value;
    const big = SPLIT * value - (SPLIT * value - value), small = value - big;
    const lacking = slopeSmall * small -
      (product - slopeBig * big - slopeSmall * big - slopeBig * small) + rest * value;
    const sum = y[row]! - product, back = sum - y[row]!;
    const error = (y[row]! - (sum - back)) - (product + back) - lacking;
    high[row] = sum + error;
    low[row] = error - (high[row]! - sum);
  }
  return { high, low };
}

/** The slope of two points with different x, rounded once. */
export function slopeOf(x0: number, y0: number, x1: number, y1: number): number {
  const dy = y1 - y0, dx = x1 - x0, slope = dy / dx;
  const big = SPLIT * slope - (SPLIT * slope - slope), small = slope - big;
  const wide = SPLIT * dx - (SPLIT * dx - dx), narrow = dx - wide;
  const product = slope * dx;
  const lacking = small * narrow - (product - big * wide - small * wide - big * narrow);
  const left = dy - product - lacking + lost(y1, y0, dy) - slope * lost(x1, x0, dx);
  const correction = left / dx;
  return Number.isFinite(correction) ? slope + correction : slope;
}

/** What the difference `a - b` lost to rounding. */
function lost(a: number, b: number, difference: number): number {
  const back = difference - a;
  return (a - (difference - back)) - (b + back);
}

const VIEW = new DataView(new ArrayBuffer(8));

/** The next double above. */
function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  VIEW.setFloat64(0, value);
  VIEW.setBigInt64(0, VIEW.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return VIEW.getFloat64(0);
}
