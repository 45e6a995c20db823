import { memoryOf } from "./autocovariance.ts";
import { copyNumbers } from "../numbers.ts";
import { checkSameLength } from "../rolling/window_options.ts";

/**
 * How many independent pairs would tell as much about a correlation as these rows, which follow each
 * other in time: `n / (1 + 2 Σ (n_k / n) ρ_x(k) ρ_y(k))` (M. S. Bartlett, JRSS 98, 1935; Bayley &
 * Hammersley, JRSS Supplement 8, 1946). Summed while the autocorrelations of either side can be told from
 * noise; never above n, since a favourable sum is most often luck, nor below 2. Exact for unrelated
 * sides, an approximation otherwise.
 *
 * Both columns in their order in time. `n_k` counts the pairs of rows k apart that are both complete, which
 * is `n - k` without gaps. O(n log n).
 *
 * @returns pairs, not rounded; NaN with fewer than 4 complete pairs or a constant side.
 * @throws {RangeError} when the columns differ in length.
 *
 * @example
 * ```ts
 * import { effectiveN } from "./effective_n.ts";
 * import assert from "node:assert/strict";
 * const wave = Float64Array.from({ length: 400 }, (_, i) => Math.sin(i / 9));
 * assert.ok(effectiveN(wave, wave) < 60); // smooth columns say little per row
 * ```
 */
export function effectiveN(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkSameLength(x, y);
  const a = copyNumbers(x, "x"), b = copyNumbers(y, "y");
  let n = a.length;
  for (let row = 0; row < a.length; row++) {
    const left = a[row]!, right = b[row]!;
    if (left - left + (right - right) === 0) continue;
    a[row] = b[row] = NaN;
    n--;
  }
  if (n < 4) return NaN;
  const first = memoryOf(a), second = memoryOf(b);
  const unit = first.covariances.at(0) * second.covariances.at(0);
  if (!(unit > 0)) return NaN;
  let sum = 0;
  for (let lag = 1; lag < Math.max(first.lag, second.lag); lag++) {
    const product = first.covariances.at(lag) * second.covariances.at(lag);
    sum += first.covariances.count(lag) / n * (product / unit);
  }
  return Math.max(2, Math.min(n, n / Math.max(1, 1 + 2 * sum)));
}
