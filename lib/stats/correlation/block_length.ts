import { memoryOf } from "./autocovariance.ts";
import { gapless } from "../regression/columns.ts";

/**
 * Mean block length for the stationary bootstrap of a mean of this series (Politis & White, Econometric
 * Reviews 23, 2004, as corrected by Patton, Politis & White, Econometric Reviews 28, 2009):
 * `(2 G² / D)^(1/3) n^(1/3)` with `G = Σ λ(k/M) |k| R(k)`, `D = 2 (Σ λ(k/M) R(k))²`, the flat-top window
 * λ, and M twice the lag at which autocorrelation fades into noise. O(n log n).
 *
 * @returns rows, between 1 and `ceil(min(3 √n, n / 3))`; 1 for a constant series.
 * @throws {StatisticsError} `missing` when a value is not finite.
 *
 * @example
 * ```ts
 * import { blockLength } from "./block_length.ts";
 * import assert from "node:assert/strict";
 * const wave = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i / 5) + Math.sin(i * i));
 * assert.ok(blockLength(wave) > 5);
 * ```
 */
export function blockLength(series: ArrayLike<number>): number {
  const x = gapless(series, "series"), n = x.length;
  if (n < 4) return 1;
  const { covariances, lag, furthest } = memoryOf(x);
  const M = Math.min(2 * lag, furthest);
  let bias = 0, longRun = covariances.at(0);
  for (let k = 1; k <= M; k++) {
    const weight = 2 * k <= M ? 1 : 2 * (1 - k / M);
    bias += 2 * weight * k * covariances.at(k);
    longRun += 2 * weight * covariances.at(k);
  }
  if (!(longRun !== 0)) return 1;
  const length = Math.cbrt((bias / longRun) ** 2) * Math.cbrt(n);
  return Math.max(1, Math.min(length, Math.ceil(Math.min(3 * Math.sqrt(n), n / 3))));
}
