import { memoryOf } from "./autocovariance.ts";
import { copyNumbers } from "../numbers.ts";
import { deviationsOfPairs } from "./pair_deviations.ts";
import { checkSameLength } from "../rolling/window_options.ts";
import { effectivePairs, type InflationParts, inflationParts } from "./variance_inflation.ts";

/** Options of {@link effectiveN}. */
export interface EffectiveNOptions {
  /**
   * What n is discounted for: all that makes rows say less, or `memory`, Bartlett's sum alone, which is
   * `n / (1 + 2 Σ …)`, at least 2, and supposes normal pairs. @default "all"
   */
  readonly causes?: "all" | "memory";
}

/**
 * How many independent normal pairs would tell as much about a correlation as these rows, which follow each
 * other in time. What makes rows say less divides n:
 *
 * - fat tails, and volatility that both sides share, by the influence of each row on r;
 * - memory from row to row, `(1 + φ_x φ_y) / (1 - φ_x φ_y)`; or longer memory where that says more,
 *   `1 + 2 Σ (n_k / n) ρ_x(k) ρ_y(k)` (M. S. Bartlett, JRSS 98, 1935; Bayley & Hammersley, JRSS Supplement 8,
 *   1946), summed while the autocorrelations of either side can be told from noise.
 *
 * For both see {@link varianceInflation}. Never above n, since a favourable sum is most often luck, and always
 * above 3, so that Fisher's interval exists. Normal pairs without memory lose by chance what makes an interval
 * 5 % wider at 60 pairs and 1 % wider at 1,000.
 *
 * Both columns in their order in time. `n_k` counts the pairs of rows k apart that are both complete, which
 * is `n - k` without gaps. O(n log n).
 *
 * @returns pairs, not rounded; NaN with fewer than 4 complete pairs or a constant side.
 * @throws {RangeError} when the columns differ in length or `causes` is neither.
 *
 * @example
 * ```ts
 * import { effectiveN } from "./effective_n.ts";
 * import assert from "node:assert/strict";
 * const wave = Float64Array.from({ length: 400 }, (_, i) => Math.sin(i / 9));
 * assert.ok(effectiveN(wave, wave) < 60); // smooth columns say little per row
 * ```
 */
export function effectiveN(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: EffectiveNOptions = {},
): number {
  const { causes = "all" } = options;
  if (causes !== "all" && causes !== "memory") {
    throw new RangeError(`causes must be "all" or "memory", got ${causes}`);
  }
  checkSameLength(x, y);
  if (causes === "all") {
    const { n, tails, memory, moves } = inflationOf(x, y);
    return moves ? effectivePairs(n, tails * memory) : NaN;
  }
  const n = deviationsOfPairs(x, y).n;
  return n < 4 ? NaN : Math.max(2, Math.min(n, n / Math.max(1, longMemory(x, y, n))));
}

/** What makes the rows of two columns say less than n, with the longer of the two measures of memory. */
export function inflationOf(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): InflationParts & { n: number; moves: boolean } {
  const pairs = deviationsOfPairs(x, y), { n } = pairs;
  const parts = inflationParts(pairs.x, pairs.y, pairs.follows, n);
  const longer = n < 4 ? NaN : longMemory(x, y, n);
  const memory = Math.max(parts.memory, Number.isNaN(longer) ? 1 : longer);
  return { ...parts, memory, n, moves: !Number.isNaN(longer) };
}

/** Bartlett's sum over all lags that can be told from noise; NaN for a constant side. */
function longMemory(x: ArrayLike<number>, y: ArrayLike<number>, n: number): number {
  const a = copyNumbers(x, "x"), b = copyNumbers(y, "y");
  for (let row = 0; row < a.length; row++) {
    const left = a[row]!, right = b[row]!;
    if (left - left + (right - right) === 0) continue;
    a[row] = b[row] = NaN;
  }
  const first = memoryOf(a), second = memoryOf(b);
  const unit = first.covariances.at(0) * second.covariances.at(0);
  if (!(unit > 0)) return NaN;
  let sum = 0;
  for (let lag = 1; lag < Math.max(first.lag, second.lag); lag++) {
    const product = first.covariances.at(lag) * second.covariances.at(lag);
    sum += first.covariances.count(lag) / n * (product / unit);
  }
  return 1 + 2 * sum;
}
