import { engleGranger } from "../stats/stationarity/engle_granger.ts";
import { mackinnonPValue } from "../stats/stationarity/mackinnon.ts";
import { StatisticsError } from "../stats/statistics_error.ts";

/** An Engle–Granger test at a given lag; NaN in all numbers where `reason` says why there are none. */
export interface FixedLagTest {
  /** Dickey–Fuller t of what the line leaves. */
  readonly stat: number;
  /** On MacKinnon's surface for two series. */
  readonly pvalue: number;
  readonly beta: number;
  readonly alpha: number;
  /** Rows of the Dickey–Fuller regression. */
  readonly nobs: number;
  /** Why there is no test. @default there is one */
  readonly reason?: string;
}

/** A pivot below this share of its column's length leaves fewer than nine digits: the factorisation decides. */
const LEAST_PIVOT = 1e-5;
const LEAST_ROWS = 20;

/**
 * Engle–Granger tests of many pairs at one lag: the same numbers as `engleGranger(y, x, { maxLag: lag, autolag: null })`
 * within 1e-9, from normal equations instead of a factorisation a lag, some fifty times as fast. Where the equations are
 * ill-conditioned (a pivot under 1e-5 of its column) that function itself is called.
 *
 * Rows may be broken: a difference over a break is in no regression, and only rows whose lags are all whole count.
 * One object serves one number of rows; its buffers are used again by each test.
 *
 * @example
 * ```ts
 * import { FixedLagCointegration } from "./fixed_lag_cointegration.ts";
 * import assert from "node:assert/strict";
 * const x = Float64Array.from({ length: 200 }, (_, t) => t / 10 + 5 * Math.sin(t / 7));
 * const y = x.map((value, t) => 2 * value + Math.sin(t * t));
 * const test = new FixedLagCointegration(200, 3).of(y, x);
 * assert.ok(test.pvalue < 0.01);
 * assert.equal(test.beta.toFixed(1), "2.0");
 * ```
 */
export class FixedLagCointegration {
  readonly lag: number;
  /** What the line of the newest test left, row by row; NaN where a side has none. Overwritten by the next test. */
  readonly resid: Float64Array;
  readonly #difference: Float64Array;
  /** Regression rows: those whose level and lagged differences are all there. */
  readonly #rows: Int32Array;
  /** Level, lagged differences and the difference itself, each with each. */
  readonly #products: Float64Array;
  readonly #factor: Float64Array;

  /** @throws {RangeError} for numbers of rows or lags that are no whole numbers of 0 or more. */
  constructor(length: number, lag: number) {
    for (const [name, value] of Object.entries({ length, lag })) {
      if (Number.isSafeInteger(value) && value >= 0) continue;
      throw new RangeError(`${name} must be a whole number of 0 or more, got ${value}`);
    }
    this.lag = lag;
    this.resid = new Float64Array(length);
    this.#difference = new Float64Array(length);
    this.#rows = new Int32Array(length);
    this.#products = new Float64Array((lag + 2) ** 2);
    this.#factor = new Float64Array((lag + 2) ** 2);
  }

  /**
   * @param y levels, as long as said at the beginning; NaN where there is none.
   * @param cut 1 where a row does not follow the one before it. @default nowhere
   * @throws {RangeError} when lengths differ.
   */
  of(y: Float64Array, x: Float64Array, cut?: Uint8Array): FixedLagTest {
    const { length } = this.resid;
    for (const [name, column] of Object.entries({ y, x, cut: cut ?? x })) {
      if (column.length === length) continue;
      throw new RangeError(`${name} must have ${length} rows, got ${column.length}`);
    }
    const line = this.#fitLine(y, x);
    if (line.n < LEAST_ROWS) {
      return lacking(`it takes ${LEAST_ROWS} rows of both sides, there are ${line.n}`);
    }
    if (Number.isNaN(line.beta)) return lacking("a side never changes");
    const nobs = this.#collectRows(cut);
    if (nobs < LEAST_ROWS + 2 * this.lag) {
      return lacking(`${nobs} rows with ${this.lag} whole lags are too few`);
    }
    this.#multiply(nobs);
    const stat = this.#statOf(nobs);
    if (Number.isNaN(stat)) return this.#exactly(y, x, line, cut);
    return {
      stat,
      pvalue: mackinnonPValue(stat, "c", { series: 2 }),
      beta: line.beta,
      alpha: line.alpha,
      nobs,
    };
  }

  /** The least-squares line about the means, and what it leaves. */
  #fitLine(y: Float64Array, x: Float64Array) {
    const { resid } = this;
    let n = 0, sumY = 0, sumX = 0;
    for (let row = 0; row < resid.length; row++) {
      if (!Number.isFinite(y[row]! + x[row]!)) continue;
      n++;
      sumY += y[row]!;
      sumX += x[row]!;
    }
    const meanY = sumY / n, meanX = sumX / n;
    let xx = 0, xy = 0, yy = 0, restY = 0, restX = 0;
    for (let row = 0; row < resid.length; row++) {
      const dy = y[row]! - meanY, dx = x[row]! - meanX;
      if (!Number.isFinite(dy + dx)) continue;
      restY += dy;
      restX += dx;
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
    }
    // What rounding has left of the means (Chan, Golub & LeVeque 1983).
    xx -= restX * restX / n;
    xy -= restX * restY / n;
    yy -= restY * restY / n;
    const moves = xx > n * (Number.EPSILON * meanX) ** 2 && yy > n * (Number.EPSILON * meanY) ** 2;
    const beta = moves ? xy / xx : NaN;
    const shift = (restY - beta * restX) / n;
    for (let row = 0; row < resid.length; row++) {
      const left = y[row]! - meanY - beta * (x[row]! - meanX) - shift;
      resid[row] = Number.isFinite(left) ? left : NaN;
    }
    return { n, beta, alpha: meanY + shift - beta * meanX, yy };
  }

  /** Rows of the regression into `#rows`, differences into `#difference`. */
  #collectRows(cut: Uint8Array | undefined): number {
    const { resid, lag } = this;
    let whole = 0, count = 0;
    for (let row = 1; row < resid.length; row++) {
      const step = resid[row]! - resid[row - 1]!;
      const isWhole = !Number.isNaN(step) && cut?.[row] !== 1;
      this.#difference[row] = step;
      whole = isWhole ? whole + 1 : 0;
      if (whole > lag) this.#rows[count++] = row;
    }
    return count;
  }

  /** Sums of products of the level, the lagged differences and the difference, for the upper half. */
  #multiply(count: number): void {
    const { resid, lag } = this, size = lag + 2, rows = this.#rows;
    const products = this.#products, difference = this.#difference;
    const first = rows[0]!, last = rows[count - 1]!;
    const isWhole = last - first === count - 1;
    products[0] = isWhole ? dotBehind(resid, resid, first, last, 1, 1) : this.#sum(count, -1, -1);
    for (let a = 0; a <= lag; a++) {
      products[a + 1] = isWhole
        ? dotBehind(resid, difference, first, last, 1, a)
        : this.#sum(count, -1, a);
      for (let b = a; b <= lag; b++) {
        const place = (a + 1) * size + b + 1;
        if (!isWhole) products[place] = this.#sum(count, a, b);
        else if (a === 0) products[place] = dotBehind(difference, difference, first, last, 0, b);
        else {
          // The same products a row earlier: one comes in at the beginning, one is gone at the end.
          products[place] = products[place - size - 1]! +
            difference[first - a]! * difference[first - b]! -
            difference[last + 1 - a]! * difference[last + 1 - b]!;
        }
      }
    }
  }

  /** Over rows with breaks between them. @param a a lag of the differences; -1: the level */
  #sum(count: number, a: number, b: number): number {
    const { resid } = this, difference = this.#difference;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const row = this.#rows[i]!;
      sum += (a < 0 ? resid[row - 1]! : difference[row - a]!) *
        (b < 0 ? resid[row - 1]! : difference[row - b]!);
    }
    return sum;
  }

  /**
   * t of the level with the lags before it: Cholesky of the scaled products in the order lags, level, difference.
   * NaN where a pivot is too small.
   */
  #statOf(nobs: number): number {
    const { lag } = this, size = lag + 2, factor = this.#factor;
    const placeOf = (k: number) => k < lag ? k + 2 : k === lag ? 0 : 1;
    const productOf = (i: number, j: number) => {
      const a = placeOf(i), b = placeOf(j);
      return this.#products[a < b ? a * size + b : b * size + a]!;
    };
    const norms = Float64Array.from({ length: size }, (_, k) => Math.sqrt(productOf(k, k)));
    if (norms.some((norm) => !(norm > 0))) return NaN;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        let rest = productOf(i, j) / (norms[i]! * norms[j]!);
        for (let k = 0; k < j; k++) rest -= factor[i * size + k]! * factor[j * size + k]!;
        if (i !== j) factor[i * size + j] = rest / factor[j * size + j]!;
        else if (rest > LEAST_PIVOT) factor[i * size + i] = Math.sqrt(rest);
        else return NaN;
      }
    }
    const last = size - 1;
    const deviation = factor[last * size + last]! / Math.sqrt(nobs - lag - 1);
    return factor[last * size + lag]! / deviation;
  }

  #exactly(
    y: Float64Array,
    x: Float64Array,
    line: { readonly beta: number; readonly alpha: number },
    cut: Uint8Array | undefined,
  ): FixedLagTest {
    const isBroken = this.resid.some(Number.isNaN) || cut?.subarray(1).includes(1) === true;
    if (isBroken) return lacking("what the line leaves hardly moves");
    try {
      const { stat, pvalue } = engleGranger(y, [x], { maxLag: this.lag, autolag: null });
      const nobs = y.length - this.lag - 1;
      return { stat, pvalue, beta: line.beta, alpha: line.alpha, nobs };
    } catch (error) {
      if (!(error instanceof StatisticsError)) throw error;
      return lacking(error.message);
    }
  }
}

/** Of two columns over rows `first..last`, each so many rows before. */
function dotBehind(
  one: Float64Array,
  other: Float64Array,
  first: number,
  last: number,
  a: number,
  b: number,
): number {
  let even = 0, odd = 0, row = first;
  for (; row < last; row += 2) {
    even += one[row - a]! * other[row - b]!;
    odd += one[row + 1 - a]! * other[row + 1 - b]!;
  }
  return row === last ? even + odd + one[row - a]! * other[row - b]! : even + odd;
}

function lacking(reason: string): FixedLagTest {
  return { stat: NaN, pvalue: NaN, beta: NaN, alpha: NaN, nobs: 0, reason };
}

/**
 * Lags for so many rows: ⌊n^⅓⌋ (Said & Dickey, Biometrika 71, 1984: an autoregression stands for a moving average where its
 * order grows so). What a line leaves of two prices is a walk with noise upon it, whose differences are a moving average;
 * too few lags let small p-values come too often, and a correction for many pairs lives on those.
 */
export function fixedLagFor(rows: number): number {
  // A cube root may come out just below the whole number that it is.
  return Math.max(1, Math.floor(Math.cbrt(rows) + 1e-9));
}
