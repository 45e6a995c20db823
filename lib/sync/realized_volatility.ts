import { checkAboveZero, copyNumbers, liveNumber } from "../stats/numbers.ts";
import { givenOptions } from "../stats/given_options.ts";
import { SlidingCoMoments } from "../stats/rolling/sliding_co_moments.ts";

/** Options of {@link realizedVolatility}. */
export interface RealizedVolatilityOptions {
  /** One-minute returns in the window: 15 or 60. */
  readonly window: number;
  /** Share of them that must be known. @default 0.8 */
  readonly minShare?: number;
  /**
   * Minutes in the time that the volatility is stated for: 525,600 for a year of crypto, 252 × 1,380 for a
   * year of Globex, 1,440 for a day. @default 525_600
   */
  readonly minutesPerPeriod?: number;
}

/**
 * Realized volatility: `√(Σ r² · A / n)` of the last `window` one-minute log returns, n of them known, not
 * demeaned. A share: 0.6 is 60 %. Rows without a return keep their place; NaN while fewer than `minShare`
 * of the window are known. Amortised O(1), and nothing is ever subtracted.
 *
 * T. G. Andersen, T. Bollerslev, F. X. Diebold & P. Labys, Econometrica 71 (2003).
 *
 * @example
 * ```ts
 * import { RealizedVolatility } from "./realized_volatility.ts";
 * import assert from "node:assert/strict";
 * const rv = new RealizedVolatility({ window: 4, minShare: 0.5, minutesPerPeriod: 100 });
 * for (const r of [0.01, NaN, -0.01]) rv.push(r);
 * assert.equal(rv.value.toFixed(12), "0.100000000000");
 * assert.equal(rv.n, 2);
 * ```
 */
export class RealizedVolatility {
  readonly window: number;
  readonly #needed: number;
  readonly #minutesPerPeriod: number;
  readonly #returns: SlidingCoMoments;

  /** @throws {RangeError} when an option is out of range. */
  constructor(options: RealizedVolatilityOptions) {
    const { window, minShare = 0.8, minutesPerPeriod = 525_600 } = givenOptions(
      options,
    ) as RealizedVolatilityOptions;
    this.#returns = new SlidingCoMoments(window);
    if (!(typeof minShare === "number" && minShare > 0 && minShare <= 1)) {
      throw new RangeError(`minShare must be above 0 and at most 1, got ${minShare}`);
    }
    checkAboveZero("minutesPerPeriod", minutesPerPeriod);
    this.window = window;
    // 0.8 of 15 must be 12, whatever the rounding of the product.
    this.#needed = Math.max(1, Math.ceil(minShare * window - 1e-9));
    this.#minutesPerPeriod = minutesPerPeriod;
  }

  push(logReturn: number): void {
    const known = liveNumber(logReturn, "logReturn");
    this.#returns.push(known, known);
  }

  /** Returns known in the window. */
  get n(): number {
    return this.#returns.current().n;
  }

  get value(): number {
    const { n, anchorX, meanX, xx } = this.#returns.current();
    if (n < this.#needed) return NaN;
    const mean = anchorX + meanX;
    return Math.sqrt((xx / n + mean * mean) * this.#minutesPerPeriod);
  }
}

/**
 * {@link RealizedVolatility} at each row of one-minute log returns.
 *
 * @example
 * ```ts
 * import { realizedVolatility } from "./realized_volatility.ts";
 * import assert from "node:assert/strict";
 * const daily = realizedVolatility([0.001, -0.001, 0.001], { window: 2, minutesPerPeriod: 1_440 });
 * assert.deepEqual(Array.from(daily, (v) => v.toFixed(4)), ["NaN", "0.0379", "0.0379"]);
 * ```
 */
export function realizedVolatility(
  logReturns: ArrayLike<number>,
  options: RealizedVolatilityOptions,
): Float64Array {
  const running = new RealizedVolatility(options);
  return copyNumbers(logReturns, "logReturns").map((value) => {
    running.push(value);
    return running.value;
  });
}

/** How volatility of the last 15 minutes compares with that of the last hour. */
export type VolatilityState = "expanding" | "steady" | "crush" | "unknown";

/** RV15, RV60 and their ratio. */
export interface VolatilityRatio {
  readonly rv15: number;
  readonly rv60: number;
  /** `rv15 / rv60`, both for the same length of time: 1 when volatility is steady; NaN where unknown. */
  readonly ratio: number;
  readonly state: VolatilityState;
}

/**
 * The newest {@link VolatilityRatio}, minute by minute: `expanding` above 1.5, `crush` below 0.5.
 *
 * @example
 * ```ts
 * import { VolatilityStrip } from "./realized_volatility.ts";
 * import assert from "node:assert/strict";
 * const strip = new VolatilityStrip();
 * for (let i = 0; i < 60; i++) strip.push(i < 45 ? 0.0001 : 0.001);
 * const { ratio, state } = strip.value;
 * assert.deepEqual([ratio.toFixed(3), state], ["1.971", "expanding"]);
 * ```
 */
export class VolatilityStrip {
  readonly #short: RealizedVolatility;
  readonly #long: RealizedVolatility;

  /** @param options as of {@link RealizedVolatility}, for both windows. */
  constructor(options: Omit<RealizedVolatilityOptions, "window"> = {}) {
    this.#short = new RealizedVolatility({ ...options, window: 15 });
    this.#long = new RealizedVolatility({ ...options, window: 60 });
  }

  push(logReturn: number): void {
    this.#short.push(logReturn);
    this.#long.push(logReturn);
  }

  get value(): VolatilityRatio {
    const rv15 = this.#short.value, rv60 = this.#long.value;
    const ratio = rv60 > 0 ? rv15 / rv60 : NaN;
    return { rv15, rv60, ratio, state: stateOf(ratio) };
  }
}

function stateOf(ratio: number): VolatilityState {
  if (Number.isNaN(ratio)) return "unknown";
  return ratio > 1.5 ? "expanding" : ratio < 0.5 ? "crush" : "steady";
}
