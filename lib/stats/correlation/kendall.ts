import { completePairs } from "./complete_pairs.ts";
import { normalSurvival } from "../distributions/distributions.ts";
import type { RankCorrelation } from "./spearman.ts";

/** Up to this many pairs without ties the distribution is counted out. */
const MAX_EXACT = 33;

/** Numbers of pairs of rows. */
interface PairCounts {
  /** All of them. */
  readonly all: number;
  /** In the same order on both sides, less those in the opposite order. */
  readonly balance: number;
  /** In opposite order. */
  readonly discordant: number;
  readonly x: Ties;
  readonly y: Ties;
}

/** Sums over groups of t equal values: t(t-1)/2, t(t-1)(t-2) and t(t-1)(2t+5). */
interface Ties {
  readonly pairs: number;
  readonly triples: number;
  readonly variance: number;
}

/**
 * Kendall's rank correlation τ_b, corrected for ties (M. G. Kendall, Biometrika 33, 1945), over the rows
 * where both sides are finite: the share of concordant less discordant pairs of rows. O(n log n) by
 * counting the exchanges of a merge sort (W. R. Knight, JASA 61, 1966).
 *
 * The two-sided p-value is exact without ties up to 33 pairs, or with at most one discordant (or
 * concordant) pair, and otherwise normal with the tie-corrected variance; the same choice as scipy's.
 * NaN with fewer than 3 pairs (two always agree or disagree in full) or a constant side.
 *
 * @throws {RangeError} when the columns differ in length.
 *
 * @example
 * ```ts
 * import { kendall } from "./kendall.ts";
 * import assert from "node:assert/strict";
 * const { value, pvalue } = kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]);
 * assert.deepEqual([value.toFixed(6), pvalue.toFixed(6)], ["-0.471405", "0.282745"]);
 * ```
 */
export function kendall(x: ArrayLike<number>, y: ArrayLike<number>): RankCorrelation {
  const pairs = completePairs(x, y), n = pairs.n;
  if (n < 3) return { value: NaN, pvalue: NaN, n };
  const counts = countPairs(pairs.x, pairs.y);
  const freeX = counts.all - counts.x.pairs, freeY = counts.all - counts.y.pairs;
  if (freeX === 0 || freeY === 0) return { value: NaN, pvalue: NaN, n };
  const tau = counts.balance / Math.sqrt(freeX) / Math.sqrt(freeY);
  const value = Math.max(-1, Math.min(1, tau));
  const fewest = Math.min(counts.discordant, counts.all - counts.discordant);
  const isTied = counts.x.pairs > 0 || counts.y.pairs > 0;
  const isExact = !isTied && (n <= MAX_EXACT || fewest <= 1);
  return { value, pvalue: isExact ? exactPValue(n, fewest) : normalPValue(n, counts), n };
}

function countPairs(x: Float64Array, y: Float64Array): PairCounts {
  const n = x.length;
  const order = Uint32Array.from(x, (_, row) => row)
    .sort((i, j) => x[i]! - x[j]! || y[i]! - y[j]!);
  const byX = Float64Array.from(order, (row) => x[row]!);
  const byY = Float64Array.from(order, (row) => y[row]!);
  let both = 0;
  for (let from = 0; from < n;) {
    let to = from + 1;
    while (to < n && byX[to] === byX[from] && byY[to] === byY[from]) to++;
    both += (to - from) * (to - from - 1) / 2;
    from = to;
  }
  const tiesX = countTies(byX);
  const discordant = sortCounting(byY);
  const tiesY = countTies(byY), all = n * (n - 1) / 2;
  const balance = all - tiesX.pairs - tiesY.pairs + both - 2 * discordant;
  return { all, balance, discordant, x: tiesX, y: tiesY };
}

/** @param sorted numbers in order. */
function countTies(sorted: Float64Array): Ties {
  let pairs = 0, triples = 0, variance = 0;
  for (let from = 0; from < sorted.length;) {
    let to = from + 1;
    while (to < sorted.length && sorted[to] === sorted[from]) to++;
    const t = to - from;
    pairs += t * (t - 1) / 2;
    triples += t * (t - 1) * (t - 2);
    variance += t * (t - 1) * (2 * t + 5);
    from = to;
  }
  return { pairs, triples, variance };
}

/** Sorts in place by merging, and counts the exchanges of neighbours that a bubble sort would make. */
function sortCounting(values: Float64Array): number {
  let from = values, to = new Float64Array(values.length), exchanges = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let left = start, right = middle;
      for (let at = start; at < end; at++) {
        if (left < middle && (right >= end || from[left]! <= from[right]!)) {
          to[at] = from[left++]!;
        } else {
          to[at] = from[right++]!;
          exchanges += middle - left;
        }
      }
    }
    [from, to] = [to as typeof values, from as Float64Array<ArrayBuffer>];
  }
  if (from !== values) values.set(from);
  return exchanges;
}

/**
 * Twice the chance that a random order of `n` has at most `inversions` inversions (Kendall, Rank
 * Correlation Methods, 4th ed., 1970, table 1).
 */
function exactPValue(n: number, inversions: number): number {
  if (4 * inversions >= n * (n - 1)) return 1;
  // Share of the orders of the first m with exactly k inversions, built up one element at a time.
  let shares = new Float64Array(inversions + 1);
  shares[0] = 1;
  for (let m = 2; m <= n; m++) {
    const next = new Float64Array(inversions + 1);
    for (let k = 0; k <= inversions; k++) {
      for (let moved = 0; moved < m && moved <= k; moved++) next[k]! += shares[k - moved]!;
      next[k]! /= m;
    }
    shares = next;
  }
  return Math.min(1, 2 * shares.reduce((sum, share) => sum + share, 0));
}

function normalPValue(n: number, { balance, x, y }: PairCounts): number {
  const m = n * (n - 1);
  const variance = (m * (2 * n + 5) - x.variance - y.variance) / 18 + 2 * x.pairs * y.pairs / m +
    x.triples * y.triples / (9 * m * (n - 2));
  return Math.min(1, 2 * normalSurvival(Math.abs(balance) / Math.sqrt(variance)));
}
