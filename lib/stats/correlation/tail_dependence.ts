import { givenOptions } from "../given_options.ts";
import { bivariateNormalSurvival } from "../distributions/bivariate_normal.ts";
import { normalQuantile } from "../distributions/normal_quantile.ts";
import { completePairs } from "./complete_pairs.ts";
import { kendall } from "./kendall.ts";
import { midRanks } from "./mid_ranks.ts";

/** Options of {@link tailDependence}. */
export interface TailDependenceOptions {
  /** Share of the rows that a tail holds, above 0 and at most 0.5. @default 0.05 */
  readonly share?: number;
  /** Coverage of the intervals, strictly between 0 and 1. @default 0.95 */
  readonly level?: number;
}

/** How often both sides are in their tail, given that one is. */
export interface TailEstimate {
  /** 0..1; NaN with fewer than 10 rows in the tail. */
  readonly value: number;
  /** Wilson's interval of a share of `n`, for rows that are independent of each other. */
  readonly lo: number;
  readonly hi: number;
  /** Rows in which both are in their tail. */
  readonly both: number;
  /** Rows that a tail holds on each side. */
  readonly n: number;
}

/** Both tails, and what a normal pair would show. */
export interface TailDependence {
  /** Both among their lowest. */
  readonly lower: TailEstimate;
  /** Both among their highest. */
  readonly upper: TailEstimate;
  /**
   * What a normal pair with the same Kendall τ would show at this share. An estimate above it says that the
   * sides crash (or soar) together more often than their correlation implies.
   */
  readonly normal: number;
  readonly share: number;
  /** Complete pairs. */
  readonly pairs: number;
}

/** Fewest rows in a tail for an estimate. */
const LEAST = 10;

/**
 * Tail dependence: of the rows in which one side is among its lowest (highest) `share`, the share in which the
 * other is too, on ranks, so that neither scale nor margins matter. Independent sides show `share`; sides that
 * are one, 1. It is the estimate at a finite share, not its limit at 0, which no sample holds: compare with
 * `normal`, for a normal pair has no tail dependence in the limit but much of it at 5 %.
 *
 * R. B. Nelsen, An Introduction to Copulas, 2nd ed., 2006, 5.4; R. Schmidt & U. Stadtmüller, Scandinavian
 * Journal of Statistics 33, 2006 (the rank estimate); E. B. Wilson, JASA 22, 1927 (interval). O(n log n).
 *
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 * @throws {TypeError} when a value is neither a number nor missing.
 *
 * @example
 * ```ts
 * import { tailDependence } from "./tail_dependence.ts";
 * import assert from "node:assert/strict";
 * const x = Array.from({ length: 400 }, (_, i) => Math.sin(i * i));
 * const y = x.map((v, i) => v < -0.9 ? 2 * v : Math.cos(3 * i * i)); // together in the worst rows alone
 * const { lower, upper } = tailDependence(x, y);
 * assert.ok(lower.value > 0.5 && upper.value < 0.2);
 * ```
 */
export function tailDependence(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: TailDependenceOptions = {},
): TailDependence {
  const { share = 0.05, level = 0.95 } = givenOptions(options);
  if (!(typeof share === "number" && share > 0 && share <= 0.5)) {
    throw new RangeError(`share must be above 0 and at most 0.5, got ${share}`);
  }
  if (!(typeof level === "number" && level > 0 && level < 1)) {
    throw new RangeError(`level must lie strictly between 0 and 1, got ${level}`);
  }
  const pairs = completePairs(x, y), rows = Math.floor(pairs.n * share + 1e-9);
  const a = midRanks(pairs.x), b = midRanks(pairs.y);
  let low = 0, high = 0;
  for (let row = 0; row < pairs.n; row++) {
    if (a[row]! <= rows && b[row]! <= rows) low++;
    if (a[row]! > pairs.n - rows && b[row]! > pairs.n - rows) high++;
  }
  return {
    lower: estimate(low, rows, level),
    upper: estimate(high, rows, level),
    normal: normalTail(kendall(pairs.x, pairs.y).value, share),
    share,
    pairs: pairs.n,
  };
}

function estimate(both: number, n: number, level: number): TailEstimate {
  if (n < LEAST) return { value: NaN, lo: NaN, hi: NaN, both, n };
  const z = normalQuantile((1 + level) / 2), value = both / n, spread = z * z / n;
  const centre = (value + spread / 2) / (1 + spread);
  const half = z * Math.sqrt(value * (1 - value) / n + spread / (4 * n)) / (1 + spread);
  return { value, lo: Math.max(0, centre - half), hi: Math.min(1, centre + half), both, n };
}

/** The same share of a normal pair; τ and r are one to one by `r = sin(π τ / 2)`. */
export function normalTail(tau: number, share: number): number {
  if (Number.isNaN(tau)) return NaN;
  const r = Math.sin(Math.PI * tau / 2), z = -normalQuantile(share);
  if (1 - Math.abs(r) < 1e-12) return r > 0 ? 1 : 0;
  return bivariateNormalSurvival(z, z, r) / share;
}
