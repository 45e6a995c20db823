import { checkWhole } from "../stats/check_whole.ts";
import { chi2Survival } from "../stats/distributions/distributions.ts";

/**
 * Kupiec's test of proportion of failures: whether a value at risk was exceeded as often as it said.
 * `LR = -2 ln[(1-p)^(n-x) p^x / ((1-x/n)^(n-x) (x/n)^x)]`, chi-squared with one degree of freedom.
 *
 * P. Kupiec, Journal of Derivatives 3 (1995). It does not see exceptions that come in clusters.
 *
 * @param exceptions periods in which the loss was larger than forecast.
 * @param n periods forecast.
 * @param level confidence of the forecast, 0.95 or 0.99.
 * @returns statistic, p-value, and the exceptions that were expected.
 * @throws {RangeError} when a count is not whole, `exceptions` above `n`, or `level` not within 0..1.
 *
 * @example
 * ```ts
 * import { kupiecTest } from "./kupiec.ts";
 * import assert from "node:assert/strict";
 * const { stat, pvalue, expected } = kupiecTest(9, 250, 0.99);
 * assert.deepEqual([stat.toFixed(4), pvalue.toFixed(4), expected.toFixed(1)], ["10.2290", "0.0014", "2.5"]);
 * ```
 */
export function kupiecTest(
  exceptions: number,
  n: number,
  level: number,
): { stat: number; pvalue: number; expected: number } {
  checkWhole("n", n, 1);
  if (!Number.isSafeInteger(exceptions) || exceptions < 0 || exceptions > n) {
    throw new RangeError(`exceptions must be a whole number within 0..${n}, got ${exceptions}`);
  }
  if (!(typeof level === "number" && level > 0 && level < 1)) {
    throw new RangeError(`level must lie strictly between 0 and 1, got ${level}`);
  }
  const p = 1 - level, kept = n - exceptions;
  const stat = Math.max(
    0,
    2 * (timesLogRatio(exceptions, n * p) + timesLogRatio(kept, n * level)),
  );
  return { stat, pvalue: chi2Survival(stat, 1), expected: n * p };
}

/** `x ln(x / expected)`, 0 at 0. */
function timesLogRatio(x: number, expected: number): number {
  return x === 0 ? 0 : x * Math.log(x / expected);
}
