import { givenOptions } from "../stats/given_options.ts";
import { liveNumber } from "../stats/numbers.ts";
import type { KalmanHedge } from "../stats/regression/kalman_filter.ts";
import { SlidingCoMoments } from "../stats/rolling/sliding_co_moments.ts";
import { SlidingCorrelation } from "../stats/rolling/sliding_correlation.ts";
import { checkWindow } from "../stats/rolling/window_options.ts";
import { PastSpread, type SpreadReading } from "./past_spread.ts";
import { PastZScore } from "./past_z_score.ts";

/** Options of {@link LivePair}. */
export interface LivePairOptions {
  /** Rows before a row that its hedge ratios and correlation rest on. @default 60 */
  readonly window?: number;
  /** Fewest complete rows for a value. @default max(20, window / 2), at most window */
  readonly minPeriods?: number;
  /** Spreads before a spread that its z-score rests on. @default 20 */
  readonly zWindow?: number;
  /** A filter to go on with, learned on other rows: `new KalmanHedge(kalmanNoise(y, x))`. @default there is none */
  readonly kalman?: KalmanHedge;
}

/** A hedge by a line that was known before the row. */
export interface LineReading {
  /** Units of x that hedge one unit of y; NaN, as what follows, while unknown. */
  readonly beta: number;
  readonly alpha: number;
  /** `y - beta x - alpha`. */
  readonly spread: number;
}

/** Where a pair stands at a row; everything but the correlation and the filter's ratio was known before the row. */
export interface LivePairReading {
  /** Log price of y less that of x. */
  readonly ratio: number;
  /** By least squares of y on x; its z-score is by the deviation of its own window. */
  readonly ols: SpreadReading;
  /** By standardised total least squares, which is the same line whichever side is called y. */
  readonly total: LineReading;
  /** By the Kalman filter: the spread is its innovation, and the z-score that over its own deviation. */
  readonly kalman: (LineReading & { readonly zscore: number }) | undefined;
  /** Of the least-squares spread against the `zWindow` spreads before it, each by the line of its own time. */
  readonly zscore: number;
  /** Pearson's r of the log returns of the last `window` rows, the row included, and how many there are. */
  readonly correlation: number;
  readonly returns: number;
}

/**
 * A pair bar by bar: its hedge ratios, spreads, z-scores and correlation, each amortised O(1) a row. Spreads and
 * z-scores do not know their own row, so perturbing the future changes nothing of the past.
 *
 * Rows keep their place: pass NaN where a leg has no bar, so that no return spans it.
 *
 * @example
 * ```ts
 * import { LivePair } from "./live_pair.ts";
 * import assert from "node:assert/strict";
 * const pair = new LivePair({ window: 40, minPeriods: 20, zWindow: 5 });
 * let last = pair.push(NaN, NaN);
 * for (let t = 0; t < 60; t++) {
 *   const x = 4 + Math.sin(t) / 10, noise = Math.sin(t * t) / 1000;
 *   last = pair.push(1 + 2 * x + noise, x);
 * }
 * assert.ok(Math.abs(last.ols.beta - 2) < 0.01 && Math.abs(last.total.beta - 2) < 0.01);
 * assert.ok(last.correlation > 0.99 && Math.abs(last.zscore) < 5);
 * ```
 */
export class LivePair {
  readonly window: number;
  readonly zWindow: number;
  readonly #minPeriods: number;
  readonly #ols: PastSpread;
  readonly #z: PastZScore;
  readonly #moments: SlidingCoMoments;
  readonly #correlation: SlidingCorrelation;
  readonly #kalman: KalmanHedge | undefined;
  #y = NaN;
  #x = NaN;

  /** @throws {RangeError} when an option is out of range. */
  constructor(options: LivePairOptions = {}) {
    const { window = 60, zWindow = 20, kalman, ...rest } = givenOptions(options) as LivePairOptions;
    const usual = Math.min(window, Math.max(20, Math.ceil(window / 2)));
    const { minPeriods = usual } = rest;
    this.#minPeriods = Math.max(3, checkWindow({ window, minPeriods }));
    this.window = window;
    this.zWindow = zWindow;
    this.#ols = new PastSpread({ window, minPeriods: this.#minPeriods });
    this.#z = new PastZScore({ window: zWindow, minPeriods: Math.min(zWindow, 5) });
    this.#moments = new SlidingCoMoments(window);
    this.#correlation = new SlidingCorrelation(window, this.#minPeriods);
    this.#kalman = kalman;
  }

  /**
   * Adds a row of log prices.
   *
   * @param isCut whether there is no return from the row before, as over the break of a session. @default false
   * @returns where it stands.
   */
  push(y: number, x: number, isCut = false): LivePairReading {
    // An infinity is a missing leg too: sums of it would stay.
    const yNow = finiteOrNaN(liveNumber(y, "y")), xNow = finiteOrNaN(liveNumber(x, "x"));
    this.#correlation.push(isCut ? NaN : xNow - this.#x, isCut ? NaN : yNow - this.#y);
    this.#x = xNow;
    this.#y = yNow;
    const total = this.#totalOf(yNow, xNow);
    this.#moments.push(xNow, yNow);
    const ols = this.#ols.push(yNow, xNow);
    return {
      ratio: yNow - xNow,
      ols,
      total,
      kalman: this.#filtered(yNow, xNow),
      zscore: this.#z.push(ols.spread),
      correlation: this.#correlation.value,
      returns: this.#correlation.n,
    };
  }

  #totalOf(y: number, x: number): LineReading {
    const { n, anchorX, anchorY, meanX, meanY, xx, yy, xy } = this.#moments.current();
    const isKnown = n >= this.#minPeriods && xx > 0 && xy !== 0 && Number.isFinite(xx * yy);
    const beta = isKnown ? Math.sign(xy) * Math.sqrt(yy / xx) : NaN;
    const alpha = anchorY + meanY - beta * (anchorX + meanX);
    return { beta, alpha, spread: y - beta * x - alpha };
  }

  #filtered(y: number, x: number) {
    if (this.#kalman === undefined) return undefined;
    const { beta, alpha, innovation, variance } = this.#kalman.push(y, x);
    return { beta, alpha, spread: innovation, zscore: innovation / Math.sqrt(variance) };
  }
}

function finiteOrNaN(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}
