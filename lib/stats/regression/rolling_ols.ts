import { liveNumber } from "../numbers.ts";
import type { CoMoments } from "../rolling/co_moments.ts";
import { SlidingCoMoments } from "../rolling/sliding_co_moments.ts";
import { checkSameLength, checkWindow } from "../rolling/window_options.ts";

/** Options of {@link rollingOls}. */
export interface RollingOlsOptions {
  /** Rows in the window, missing ones included. */
  readonly window: number;
  /** Fewest complete pairs for a value; never below 2. @default window */
  readonly minPeriods?: number;
}

/** A line through the pairs of one window. */
export interface RollingLine {
  readonly alpha: number;
  readonly beta: number;
  /** Standard errors; NaN with fewer than three pairs. */
  readonly alphaSe: number;
  readonly betaSe: number;
  readonly rsquared: number;
  /** Complete pairs in the window. */
  readonly n: number;
}

/**
 * The regression `y = alpha + beta x` over the last `window` rows, amortised O(1) a row and without
 * drift, from {@link SlidingCoMoments}: `beta = Mxy/Mxx`, `R² = r²`,
 * `se(beta) = √(Myy (1-r²) / ((n-2) Mxx))`. A row with a missing side keeps its place and is no pair.
 * All NaN (but `n`) with fewer than `minPeriods` pairs, a constant x, or a spread beyond 1e±150; R² is NaN
 * for a constant y.
 *
 * @example
 * ```ts
 * import { RollingOls } from "./rolling_ols.ts";
 * import assert from "node:assert/strict";
 * const line = new RollingOls({ window: 3 });
 * for (const [y, x] of [[9, 9], [1, 1], [3, 2], [5, 3]]) line.push(y!, x!);
 * assert.equal(line.value.beta.toFixed(12), "2.000000000000");
 * assert.equal(line.value.alpha.toFixed(12), "-1.000000000000");
 * ```
 */
export class RollingOls {
  readonly window: number;
  readonly minPeriods: number;
  readonly #moments: SlidingCoMoments;

  /** @throws {RangeError} when `window` or `minPeriods` (0..window) is out of range. */
  constructor(options: RollingOlsOptions) {
    this.minPeriods = Math.max(2, checkWindow(options));
    this.window = options.window;
    this.#moments = new SlidingCoMoments(this.window);
  }

  push(y: number, x: number): void {
    this.#moments.push(liveNumber(x, "x"), liveNumber(y, "y"));
  }

  /** The line were this row pushed; the state stays as it is. */
  peek(y: number, x: number): RollingLine {
    return line(this.#moments.peek(liveNumber(x, "x"), liveNumber(y, "y")), this.minPeriods);
  }

  get value(): RollingLine {
    return line(this.#moments.current(), this.minPeriods);
  }
}

/** Columns of {@link RollingLine}, a row each. */
export interface RollingLines {
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
  readonly alphaSe: Float64Array;
  readonly betaSe: Float64Array;
  readonly rsquared: Float64Array;
  readonly n: Float64Array;
}

/**
 * {@link RollingOls} of two whole columns: element `i` is the line through rows `i - window + 1 .. i`.
 *
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 */
export function rollingOls(
  y: ArrayLike<number>,
  x: ArrayLike<number>,
  options: RollingOlsOptions,
): RollingLines {
  checkSameLength(x, y);
  const rolling = new RollingOls(options);
  const column = () => new Float64Array(y.length);
  const lines: RollingLines = {
    alpha: column(),
    beta: column(),
    alphaSe: column(),
    betaSe: column(),
    rsquared: column(),
    n: column(),
  };
  for (let row = 0; row < y.length; row++) {
    rolling.push(y[row]!, x[row]!);
    const value = rolling.value;
    lines.alpha[row] = value.alpha;
    lines.beta[row] = value.beta;
    lines.alphaSe[row] = value.alphaSe;
    lines.betaSe[row] = value.betaSe;
    lines.rsquared[row] = value.rsquared;
    lines.n[row] = value.n;
  }
  return lines;
}

function line(moments: CoMoments, minPeriods: number): RollingLine {
  const { n, xx, yy } = moments;
  // Squares beyond doubles are no moments to divide by.
  const isKnown = xx > 0 && Number.isFinite(xx) && Number.isFinite(yy);
  if (n < minPeriods || !isKnown) {
    return { alpha: NaN, beta: NaN, alphaSe: NaN, betaSe: NaN, rsquared: NaN, n };
  }
  const beta = moments.xy / xx;
  const meanX = moments.anchorX + moments.meanX;
  const alpha = moments.anchorY + moments.meanY - beta * meanX;
  const r = moments.correlation;
  // A constant y is fitted exactly; its r is unknown, its error is not.
  const unexplained = yy > 0 ? 1 - r * r : 0;
  // A y that moves with x and has no spread has one below what a double can hold.
  const isTold = n > 2 && (yy > 0 || beta === 0);
  const sigma = isTold ? Math.sqrt(yy) * Math.sqrt(unexplained / (n - 2)) : NaN;
  const betaSe = sigma / Math.sqrt(xx);
  return {
    alpha,
    beta,
    alphaSe: Math.hypot(sigma / Math.sqrt(n), meanX * betaSe),
    betaSe,
    rsquared: r * r,
    n,
  };
}
