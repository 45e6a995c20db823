import { checkNumber, liveNumber } from "../numbers.ts";
import { checkWhole } from "../check_whole.ts";
import { givenOptions } from "../given_options.ts";
import { checkSameLength } from "./window_options.ts";

/** Exactly one of `alpha`, `span` and `halfLife` says how fast weights decay. */
export interface EwmOptions {
  /** Weight of the newest row, above 0 up to 1. */
  readonly alpha?: number;
  /** Rows, at least 1: `alpha = 2 / (span + 1)`. */
  readonly span?: number;
  /** Rows after which a weight has halved, above 0: `alpha = 1 - exp(-ln 2 / halfLife)`. */
  readonly halfLife?: number;
  /** Whether weights are divided by their sum from the start, or the recursion is taken as it is. @default true */
  readonly adjust?: boolean;
  /** Whether missing rows leave the weights of the older ones alone. @default false */
  readonly ignoreNa?: boolean;
  /** Fewest observations for a value. @default 0 */
  readonly minPeriods?: number;
}

/** Exponentially weighted moments at one row; NaN where undefined. */
export interface EwmValue {
  /** Mean of x. */
  readonly mean: number;
  /** Variance of x, corrected for bias. */
  readonly var: number;
  /** Covariance of x and y, corrected for bias. */
  readonly cov: number;
  /** Correlation of x and y. */
  readonly corr: number;
}

/**
 * Exponentially weighted mean and variance of x and covariance and correlation with y, one row at a time,
 * with the semantics of pandas' `ewm`: row t - i weighs `(1 - alpha)^i`; variance and covariance are
 * multiplied by `S² / (S² - S2)` (S, S2: sums of weights and of their squares) and are NaN while that is
 * undefined; covariance and correlation use the rows where both sides are finite. A missing row repeats
 * the last value, as does one so far off that its square is beyond doubles. O(1) a row; only convex combinations and sums of squares, and means are kept as
 * distances from the newest row, so levels cost no digits.
 *
 * @example
 * ```ts
 * import { Ewm } from "./ewm.ts";
 * import assert from "node:assert/strict";
 * const ewm = new Ewm({ alpha: 0.5 });
 * ewm.push(1, 2);
 * ewm.push(4, 8);
 * assert.equal(ewm.value.mean, 3); // (4 + 1 / 2) / 1.5
 * assert.equal(ewm.peek(3, 0).mean, 3);
 * ```
 */
export class Ewm {
  readonly alpha: number;
  readonly minPeriods: number;
  readonly #x: DecayingMoments;
  readonly #pair: DecayingMoments;

  /** @throws {RangeError} when not exactly one rate is given, or an option is out of range. */
  constructor(options: EwmOptions) {
    const { adjust = true, ignoreNa = false, minPeriods = 0 } = givenOptions(options);
    checkWhole("minPeriods", minPeriods, 0);
    this.alpha = alphaOf(options);
    this.minPeriods = Math.max(1, minPeriods);
    this.#x = new DecayingMoments(this.alpha, adjust, ignoreNa);
    this.#pair = new DecayingMoments(this.alpha, adjust, ignoreNa);
  }

  /** @param y the other side; leave it out for mean and variance alone. */
  push(x: number, y = NaN): void {
    const known = liveNumber(x, "x"), other = liveNumber(y, "y");
    this.#x.push(known, known);
    this.#pair.push(known, other);
  }

  /** The value were this row pushed; the state stays as it is. */
  peek(x: number, y = NaN): EwmValue {
    const own = this.#x.clone(), pair = this.#pair.clone();
    const known = liveNumber(x, "x"), other = liveNumber(y, "y");
    own.push(known, known);
    pair.push(known, other);
    return this.#read(own, pair);
  }

  get value(): EwmValue {
    return this.#read(this.#x, this.#pair);
  }

  #read(x: DecayingMoments, pair: DecayingMoments): EwmValue {
    const hasX = x.n >= this.minPeriods, hasPair = pair.n >= this.minPeriods;
    return {
      mean: hasX ? x.mean : NaN,
      var: hasX ? x.covariance : NaN,
      cov: hasPair ? pair.covariance : NaN,
      corr: hasPair ? pair.correlation : NaN,
    };
  }
}

/** Weighted co-moments whose weights decay row by row. */
class DecayingMoments {
  n = 0;
  #lastX = NaN;
  #lastY = NaN;
  /** Means, less the newest row. */
  #offsetX = 0;
  #offsetY = 0;
  /** Weighted means of squares and products about the means. */
  #xx = 0;
  #yy = 0;
  #xy = 0;
  /** Weight of all older rows when the newest has `#entry`. */
  #weight = 1;
  #sum = 1;
  #sumOfSquares = 1;

  constructor(
    readonly alpha: number,
    readonly adjust: boolean,
    readonly ignoreNa: boolean,
  ) {}

  push(x: number, y: number): void {
    const isFinite = Number.isFinite(x) && Number.isFinite(y);
    if (this.n === 0) {
      if (isFinite) this.#start(x, y);
      return;
    }
    const isPair = isFinite && this.#isNear(x, y);
    if (isFinite && !isPair && this.#isCloser(x, y)) {
      // What came before was the outlier, and no weight would ever make it small.
      this.#restart(x, y);
      return;
    }
    if (!isPair && this.ignoreNa) return;
    const decay = 1 - this.alpha;
    this.#weight *= decay;
    this.#sum *= decay;
    this.#sumOfSquares *= decay * decay;
    if (isPair) this.#add(x, y);
  }

  clone(): DecayingMoments {
    const copy = new DecayingMoments(this.alpha, this.adjust, this.ignoreNa);
    copy.n = this.n;
    copy.#lastX = this.#lastX;
    copy.#lastY = this.#lastY;
    copy.#offsetX = this.#offsetX;
    copy.#offsetY = this.#offsetY;
    copy.#xx = this.#xx;
    copy.#yy = this.#yy;
    copy.#xy = this.#xy;
    copy.#weight = this.#weight;
    copy.#sum = this.#sum;
    copy.#sumOfSquares = this.#sumOfSquares;
    return copy;
  }

  get mean(): number {
    return this.#lastX + this.#offsetX;
  }

  get covariance(): number {
    const square = this.#sum * this.#sum, rest = square - this.#sumOfSquares;
    return rest > 0 ? square / rest * this.#xy : NaN;
  }

  get correlation(): number {
    if (!(this.#xx > 0 && this.#yy > 0)) return NaN;
    return Math.max(-1, Math.min(1, this.#xy / (Math.sqrt(this.#xx) * Math.sqrt(this.#yy))));
  }

  /** Whether the distance from the mean has a square. */
  #isNear(x: number, y: number): boolean {
    const dx = this.#offsetX + (this.#lastX - x), dy = this.#offsetY + (this.#lastY - y);
    return dx * dx < Infinity && dy * dy < Infinity;
  }

  #isCloser(x: number, y: number): boolean {
    return Math.abs(x) < Math.abs(this.#lastX + this.#offsetX) ||
      Math.abs(y) < Math.abs(this.#lastY + this.#offsetY);
  }

  #restart(x: number, y: number): void {
    this.#offsetX =
      this.#offsetY =
      this.#xx =
      this.#yy =
      this.#xy =
        0;
    this.#weight = this.#sum = this.#sumOfSquares = 1;
    this.#start(x, y);
  }

  #start(x: number, y: number): void {
    this.n = 1;
    this.#lastX = x;
    this.#lastY = y;
  }

  #add(x: number, y: number): void {
    const entry = this.adjust ? 1 : this.alpha;
    const total = this.#weight + entry;
    const older = this.#weight / total, newer = entry / total;
    const dx = this.#offsetX + (this.#lastX - x), dy = this.#offsetY + (this.#lastY - y);
    this.#xx = older * (this.#xx + newer * dx * dx);
    this.#yy = older * (this.#yy + newer * dy * dy);
    this.#xy = older * (this.#xy + newer * dx * dy);
    this.#offsetX = older * dx;
    this.#offsetY = older * dy;
    this.#lastX = x;
    this.#lastY = y;
    this.#sum += entry;
    this.#sumOfSquares += entry * entry;
    this.#weight = total;
    if (!this.adjust) {
      this.#sum /= total;
      this.#sumOfSquares /= total * total;
      this.#weight = 1;
    }
    this.n++;
  }
}

/**
 * {@link Ewm} of whole columns, as pandas' `x.ewm(…)` gives `.mean()`, `.var()`, `.cov(y)` and `.corr(y)`.
 *
 * @returns four columns as long as `x`, NaN where undefined.
 * @throws {RangeError} when the columns differ in length, not exactly one of `alpha`, `span` and
 * `halfLife` is given, or an option is out of range.
 *
 * @example
 * ```ts
 * import { ewm } from "./ewm.ts";
 * import assert from "node:assert/strict";
 * const { mean, corr } = ewm([1, 3, NaN, 5], [2, 6, 7, 4], { span: 3 });
 * assert.deepEqual([...mean].map((v) => v.toFixed(4)), ["1.0000", "2.3333", "2.3333", "4.2727"]);
 * assert.equal(corr[1]!.toFixed(12), "1.000000000000");
 * ```
 */
export function ewm(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: EwmOptions,
): { readonly [Name in keyof EwmValue]: Float64Array } {
  checkSameLength(x, y);
  const running = new Ewm(options);
  const column = () => new Float64Array(x.length);
  const columns = { mean: column(), var: column(), cov: column(), corr: column() };
  for (let row = 0; row < x.length; row++) {
    running.push(x[row]!, y[row]!);
    const value = running.value;
    columns.mean[row] = value.mean;
    columns.var[row] = value.var;
    columns.cov[row] = value.cov;
    columns.corr[row] = value.corr;
  }
  return columns;
}

function alphaOf(options: EwmOptions): number {
  const { alpha, span, halfLife } = givenOptions(options);
  const given = [alpha, span, halfLife].filter((rate) => rate !== undefined).length;
  for (const [name, rate] of Object.entries({ alpha, span, halfLife })) {
    if (rate !== undefined) checkNumber(name, rate);
  }
  if (given !== 1) {
    throw new RangeError(`exactly one of alpha, span and halfLife must be given, got ${given}`);
  }
  if (alpha !== undefined) {
    if (!(alpha > 0 && alpha <= 1)) {
      throw new RangeError(`alpha must be above 0 and at most 1, got ${alpha}`);
    }
    return alpha;
  }
  if (span !== undefined) {
    if (!(span >= 1 && span < Infinity)) {
      throw new RangeError(`span must be at least 1, got ${span}`);
    }
    return 2 / (span + 1);
  }
  if (!(halfLife! > 0 && halfLife! < Infinity)) {
    throw new RangeError(`halfLife must be above 0, got ${halfLife}`);
  }
  return -Math.expm1(-Math.LN2 / halfLife!);
}
