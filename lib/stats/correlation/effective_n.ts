import { memoryOfDeviations } from "./autocovariance.ts";
import { deviationsOfPairs, type PairDeviations } from "./pair_deviations.ts";
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
 * How many independent normal pairs would say as much about a correlation as these rows, which follow each
 * other in time. What makes rows say less divides n:
 *
 * - fat tails, and volatility that both sides share, by the influence of each row on r;
 * - memory from row to row, `(1 + φ_x φ_y) / (1 - φ_x φ_y)`; or longer memory where that says more,
 *   `1 + 2 Σ (n_k / n) ρ_x(k) ρ_y(k)` (M. S. Bartlett, JRSS 98, 1935; Bayley & Hammersley, JRSS Supplement 8,
 *   1946), summed while the autocorrelations of either side stand out from noise.
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
  const pairs = deviationsOfPairs(x, y), { n } = pairs;
  if (causes === "all") {
    const { tails, memory, moves } = inflationOf(pairs);
    return moves ? effectivePairs(n, tails * memory) : NaN;
  }
  return n < 4 ? NaN : Math.max(2, Math.min(n, n / Math.max(1, longMemory(pairs))));
}

/** What makes pairs say less than n, with the longer of the two measures of memory. */
export function inflationOf(pairs: PairDeviations): InflationParts & { moves: boolean } {
  const { x, y, follows, n } = pairs;
  const parts = inflationParts(x, y, follows, n);
  const longer = n < 4 ? NaN : longMemory(pairs);
  const memory = Math.max(parts.memory, Number.isNaN(longer) ? 1 : longer);
  return { ...parts, memory, moves: !Number.isNaN(longer) };
}

/** Bartlett's sum over all lags that stand out from noise; NaN for a constant side. */
function longMemory({ x, y, known, n }: PairDeviations): number {
  const present = known && Float64Array.from(known);
  const first = memoryOfDeviations({ values: inRows(x, known), known: present });
  const second = memoryOfDeviations({ values: inRows(y, known), known: present });
  const unit = first.covariances.at(0) * second.covariances.at(0);
  if (!(unit > 0)) return NaN;
  let sum = 0;
  for (let lag = 1; lag < Math.max(first.lag, second.lag); lag++) {
    const product = first.covariances.at(lag) * second.covariances.at(lag);
    sum += first.covariances.count(lag) / n * (product / unit);
  }
  return 1 + 2 * sum;
}

/** Deviations of pairs back in their rows, 0 in the others. */
function inRows(deviations: Float64Array, known: Uint8Array | undefined): Float64Array {
  if (known === undefined) return deviations;
  const values = new Float64Array(known.length);
  for (let row = 0, pair = 0; row < known.length; row++) {
    if (known[row] === 1) values[row] = deviations[pair++]!;
  }
  return values;
}
