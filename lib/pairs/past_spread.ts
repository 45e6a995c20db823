import { checkNumbers, liveNumber } from "../stats/numbers.ts";
import { givenOptions } from "../stats/given_options.ts";
import { checkLengths, type Column } from "../stats/regression/columns.ts";
import { SlidingCoMoments } from "../stats/rolling/sliding_co_moments.ts";
import { checkWindow, type WindowOptions } from "../stats/rolling/window_options.ts";
import { isRounding } from "../stats/rounding.ts";

/** Where a row stands against the line through the rows before it. */
export interface SpreadReading {
  /** Rows with both legs that the line rests on. */
  readonly n: number;
  /** Units of x that hedge one unit of y; NaN, as all that follows, with too few rows or where x does not move. */
  readonly beta: number;
  readonly alpha: number;
  /** `y - beta x - alpha`. */
  readonly spread: number;
  /** The spread over the deviation (divisor n - 1) that those rows had from the line; NaN where they lie on it. */
  readonly zscore: number;
}

/** {@link SpreadReading} of each row, as columns. */
export interface SpreadColumns {
  readonly n: Float64Array;
  readonly beta: Float64Array;
  readonly alpha: Float64Array;
  readonly spread: Float64Array;
  readonly zscore: Float64Array;
}

/**
 * Spread and z-score of a pair, bar by bar: the least-squares line of y on x over the `window` rows **before** the
 * row, the row's distance from it, and that distance in standard deviations of those same rows around their line
 * (their mean is 0). Line and deviation are of one window and neither knows the row, so a z-score is a forecast error
 * in its own unit. Rows without both legs keep their place. Amortised O(1).
 *
 * Pass log prices: beta is then an elasticity. It is not symmetric in y and x.
 *
 * @example
 * ```ts
 * import { PastSpread } from "./past_spread.ts";
 * import assert from "node:assert/strict";
 * const pair = new PastSpread({ window: 4, minPeriods: 4 });
 * for (const [y, x] of [[0, 0], [2, 0], [2, 2], [4, 2]] as const) pair.push(y, x);
 * const { beta, alpha, spread, zscore } = pair.of(7, 4);
 * assert.deepEqual([beta, alpha, spread], [1, 1, 2]);
 * assert.equal(zscore, 2 / Math.sqrt(4 / 3));
 * ```
 */
export class PastSpread {
  readonly window: number;
  readonly minPeriods: number;
  readonly #past: SlidingCoMoments;

  /** @throws {RangeError} when `window` or `minPeriods` is out of range. */
  constructor(options: WindowOptions) {
    const given = givenOptions(options) as WindowOptions;
    this.minPeriods = Math.max(3, checkWindow(given));
    this.window = given.window;
    this.#past = new SlidingCoMoments(given.window);
  }

  /** A row against the rows pushed so far; nothing changes. Its spread is NaN where a leg is. */
  of(y: number, x: number): SpreadReading {
    const yNow = liveNumber(y, "y"), xNow = liveNumber(x, "x");
    const { n, anchorX, anchorY, meanX, meanY, xx, yy, xy } = this.#past.current();
    // Squares beyond doubles are no moments to divide by.
    const isKnown = n >= this.minPeriods && xx > 0 && Number.isFinite(xx * yy) &&
      Number.isFinite(xy);
    if (!isKnown) return { n, beta: NaN, alpha: NaN, spread: NaN, zscore: NaN };
    const beta = xy / xx;
    const alpha = anchorY + meanY - beta * (anchorX + meanX);
    const hedged = beta * xNow, distance = yNow - hedged - alpha;
    const size = Math.abs(yNow) + Math.abs(hedged) + Math.abs(alpha);
    const spread = !Number.isFinite(distance)
      ? NaN
      : isRounding(Math.abs(distance), size)
      ? 0
      : distance;
    const rest = yy - beta * xy, sd = Math.sqrt(rest / (n - 1));
    const liesOnLine = isRounding(rest, yy) || isRounding(sd, Math.abs(anchorY + meanY));
    return { n, beta, alpha, spread, zscore: liesOnLine ? NaN : spread / sd };
  }

  /** Adds a row. @returns where it stood against the rows before it. */
  push(y: number, x: number): SpreadReading {
    const reading = this.of(y, x);
    this.#past.push(liveNumber(x, "x"), liveNumber(y, "y"));
    return reading;
  }
}

/**
 * {@link PastSpread} of whole columns.
 *
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 *
 * @example
 * ```ts
 * import { pastSpread } from "./past_spread.ts";
 * import assert from "node:assert/strict";
 * const { spread } = pastSpread([0, 2, 2, 4, 7], [0, 0, 2, 2, 4], { window: 4, minPeriods: 4 });
 * assert.deepEqual([...spread], [NaN, NaN, NaN, NaN, 2]);
 * ```
 */
export function pastSpread(y: Column, x: Column, options: WindowOptions): SpreadColumns {
  checkLengths([x], y.length, "x");
  checkNumbers(y, "y");
  const past = new PastSpread(options);
  const column = () => new Float64Array(y.length);
  const found = {
    n: column(),
    beta: column(),
    alpha: column(),
    spread: column(),
    zscore: column(),
  };
  for (let row = 0; row < y.length; row++) {
    const reading = past.push(y[row]!, x[row]!);
    found.n[row] = reading.n;
    found.beta[row] = reading.beta;
    found.alpha[row] = reading.alpha;
    found.spread[row] = reading.spread;
    found.zscore[row] = reading.zscore;
  }
  return found;
}
