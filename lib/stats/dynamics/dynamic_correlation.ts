import { checkNumbers } from "../numbers.ts";
import { type GarchParameters, GarchVariance } from "./garch_variance.ts";
import { givenOptions } from "../given_options.ts";
import { symmetricFactor } from "./symmetric_factor.ts";

/** The constants of DCC(1,1), frozen by a fit. */
export interface DccModel {
  /** GARCH(1,1) of each series. */
  readonly garch: readonly GarchParameters[];
  /** Weight of the last product of standardized returns, 0 or more. */
  readonly a: number;
  /** Weight of the last Q, 0 or more; `a + b` below 1. */
  readonly b: number;
  /** Long-run second moments of the standardized returns, as rows. */
  readonly qBar: readonly (readonly number[])[];
}

/**
 * Correlation of the next row of returns by DCC(1,1): returns are standardized by their own GARCH(1,1), then
 * `Q_t = (1 - a - b) Q̄ + a z_{t-1} z'_{t-1} + b Q_{t-1}` and `R = diag(Q)^-½ Q diag(Q)^-½`. Constants are
 * frozen, O(p²) a bar, live: what it says of a row it knew before the row. A row with a missing return
 * counts as its expectation, so Q moves towards Q̄.
 *
 * R. F. Engle, Journal of Business & Economic Statistics 20 (2002). Fit the constants by `dcc`.
 *
 * @example
 * ```ts
 * import { DynamicCorrelation } from "./dynamic_correlation.ts";
 * import assert from "node:assert/strict";
 * const calm = { omega: 1, alpha: 0, beta: 0 };
 * const live = new DynamicCorrelation({
 *   garch: [calm, calm],
 *   a: 0.1,
 *   b: 0.8,
 *   qBar: [[1, 0.5], [0.5, 1]],
 * });
 * assert.equal(live.correlation(0, 1), 0.5);
 * assert.ok(live.peek([2, 2]).correlation(0, 1) > 0.5);
 * live.push([2, -2]);
 * assert.ok(live.correlation(0, 1) < 0.2);
 * ```
 */
export class DynamicCorrelation {
  readonly size: number;
  readonly #model: DccModel;
  readonly #variances: readonly GarchVariance[];
  #q: readonly (readonly number[])[];

  /** @throws {RangeError} when a constant is out of range or `qBar` does not fit the series. */
  constructor(model: DccModel) {
    const { garch, a, b, qBar } = givenOptions(model) as DccModel;
    if (!(typeof a === "number" && typeof b === "number" && a >= 0 && b >= 0 && a + b < 1)) {
      throw new RangeError(`a and b must be 0 or more, together below 1, got ${a} and ${b}`);
    }
    const size = garch.length;
    if (qBar.length !== size || qBar.some((row) => row.length !== size)) {
      throw new RangeError(`qBar must have ${size} rows and columns`);
    }
    const isFinite = qBar.every((row) => row.every(Number.isFinite));
    if (!isFinite || symmetricFactor(qBar) === undefined) {
      throw new RangeError("qBar must be positive definite");
    }
    this.size = size;
    this.#model = model;
    this.#variances = garch.map((parameters) => new GarchVariance(parameters));
    this.#q = qBar;
  }

  /** Correlation of series i and j in the next row. */
  correlation(i: number, j: number): number {
    return correlationOf(this.#q, i, j);
  }

  /** Variance of series i in the next row. */
  variance(i: number): number {
    return this.#variances[i]!.variance;
  }

  push(returns: ArrayLike<number>): void {
    this.#q = this.#next(returns);
    this.#variances.forEach((each, i) => each.push(returns[i]!));
  }

  /** What would be said of the row after, were this one pushed; the state stays as it is. */
  peek(returns: ArrayLike<number>): { correlation(i: number, j: number): number } {
    const q = this.#next(returns);
    return { correlation: (i, j) => correlationOf(q, i, j) };
  }

  #next(returns: ArrayLike<number>): number[][] {
    if (returns.length !== this.size) {
      throw new RangeError(`returns must have ${this.size} values, got ${returns.length}`);
    }
    checkNumbers(returns, "returns");
    const z = this.#variances.map((each, i) => returns[i]! / Math.sqrt(each.variance));
    return nextQ(this.#q, z, this.#model);
  }
}

/** One step of Q; a z that is not known in full counts as its expectation. */
export function nextQ(
  q: readonly (readonly number[])[],
  z: readonly number[],
  { a, b, qBar }: Pick<DccModel, "a" | "b" | "qBar">,
): number[][] {
  const isKnown = z.every((value) => Number.isFinite(value));
  return q.map((row, i) =>
    row.map((value, j) =>
      (1 - a - b) * qBar[i]![j]! + a * (isKnown ? z[i]! * z[j]! : value) + b * value
    )
  );
}

/** Element of `diag(Q)^-½ Q diag(Q)^-½`. */
export function correlationOf(q: readonly (readonly number[])[], i: number, j: number): number {
  if (i === j) return 1;
  const r = q[i]![j]! / Math.sqrt(q[i]![i]! * q[j]![j]!);
  return Math.max(-1, Math.min(1, r));
}
