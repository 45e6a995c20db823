import { liveNumber } from "../numbers.ts";
import { checkSameLength } from "./window_options.ts";

/** Options of {@link riskMetrics}. */
export interface RiskMetricsOptions {
  /** Weight of the past, strictly between 0 and 1. @default 0.94 */
  readonly lambda?: number;
}

/** Second moments at one row, in squared units of the returns; NaN before the first pair. */
export interface RiskMetricsValue {
  readonly varX: number;
  readonly varY: number;
  readonly cov: number;
  readonly corr: number;
}

/**
 * The covariance of two returns after RiskMetrics (J. P. Morgan, Technical Document, 4th ed., 1996):
 * `S_t = λ S_{t-1} + (1 - λ) r_t r_t'`, with means taken as zero and the first pair's own products as the
 * start. λ = 0.94 was chosen for daily returns. A row with a missing side
 * repeats the last value, as does one whose square is beyond doubles: its weight would never decay. O(1).
 *
 * @example
 * ```ts
 * import { RiskMetrics } from "./risk_metrics.ts";
 * import assert from "node:assert/strict";
 * const risk = new RiskMetrics({ lambda: 0.5 });
 * risk.push(0.02, 0.01);
 * risk.push(-0.02, 0.01);
 * assert.equal(risk.value.corr, 0);
 * assert.ok(risk.peek(0.02, 0.01).corr > 0);
 * ```
 */
export class RiskMetrics {
  readonly lambda: number;
  #varX = NaN;
  #varY = NaN;
  #cov = NaN;

  /** @throws {RangeError} when `lambda` is not strictly between 0 and 1. */
  constructor({ lambda = 0.94 }: RiskMetricsOptions = {}) {
    checkLambda(lambda);
    this.lambda = lambda;
  }

  push(x: number, y: number): void {
    if (!hasSquares(liveNumber(x, "x"), liveNumber(y, "y"))) return;
    this.#varX = this.#next(this.#varX, x * x);
    this.#varY = this.#next(this.#varY, y * y);
    this.#cov = this.#next(this.#cov, x * y);
  }

  /** The value were this row pushed; the state stays as it is. */
  peek(x: number, y: number): RiskMetricsValue {
    if (!hasSquares(liveNumber(x, "x"), liveNumber(y, "y"))) return this.value;
    return valueOf(
      this.#next(this.#varX, x * x),
      this.#next(this.#varY, y * y),
      this.#next(this.#cov, x * y),
    );
  }

  get value(): RiskMetricsValue {
    return valueOf(this.#varX, this.#varY, this.#cov);
  }

  #next(last: number, product: number): number {
    return Number.isNaN(last) ? product : this.lambda * last + (1 - this.lambda) * product;
  }
}

/**
 * {@link RiskMetrics} of whole columns.
 *
 * @returns columns as long as `x`, NaN before the first pair.
 * @throws {RangeError} when the columns differ in length or `lambda` is not strictly between 0 and 1.
 *
 * @example
 * ```ts
 * import { riskMetrics } from "./risk_metrics.ts";
 * import assert from "node:assert/strict";
 * const { varX } = riskMetrics([1, 3], [1, 1], { lambda: 0.75 });
 * assert.deepEqual([...varX], [1, 3]); // 0.75 · 1 + 0.25 · 9
 * ```
 */
export function riskMetrics(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: RiskMetricsOptions = {},
): { readonly [Name in keyof RiskMetricsValue]: Float64Array } {
  checkSameLength(x, y);
  const running = new RiskMetrics(options);
  const column = () => new Float64Array(x.length);
  const columns = { varX: column(), varY: column(), cov: column(), corr: column() };
  for (let row = 0; row < x.length; row++) {
    running.push(x[row]!, y[row]!);
    const value = running.value;
    columns.varX[row] = value.varX;
    columns.varY[row] = value.varY;
    columns.cov[row] = value.cov;
    columns.corr[row] = value.corr;
  }
  return columns;
}

/** Whether both squares are numbers; not so for a missing side. */
function hasSquares(x: number, y: number): boolean {
  return x * x < Infinity && y * y < Infinity;
}

/** @throws {RangeError} when `lambda` is not strictly between 0 and 1. */
export function checkLambda(lambda: number): void {
  if (!(typeof lambda === "number" && lambda > 0 && lambda < 1)) {
    throw new RangeError(`lambda must lie strictly between 0 and 1, got ${lambda}`);
  }
}

function valueOf(varX: number, varY: number, cov: number): RiskMetricsValue {
  const isKnown = varX > 0 && varY > 0 && varX < Infinity && varY < Infinity;
  const r = isKnown ? cov / (Math.sqrt(varX) * Math.sqrt(varY)) : NaN;
  return { varX, varY, cov, corr: Math.max(-1, Math.min(1, r)) };
}
