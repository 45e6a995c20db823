import { inferFromEffective } from "../../stats/correlation/correlation_inference.ts";
import { midRanks } from "../../stats/correlation/mid_ranks.ts";
import { PairList } from "../../stats/correlation/pair_list.ts";
import { correlation } from "../../stats/correlation/correlation.ts";
import { normalSurvival } from "../../stats/distributions/distributions.ts";
import { normalQuantile } from "../../stats/distributions/normal_quantile.ts";
import { isFinitePair } from "../../stats/finite_pair.ts";
import type { LocalPair } from "./local_pairs.ts";

/** The correlation within one cell of a map. */
export interface HourCell {
  /** Local hour in which it begins, and how many it spans. */
  readonly hour: number;
  readonly hours: number;
  /** Pearson's r; NaN where there are too few pairs or a side does not move. */
  readonly value: number;
  readonly n: number;
  readonly expected: number;
  /** Days with pairs in it. */
  readonly days: number;
  /** 95 % Fisher interval on the effective pairs. */
  readonly lo: number;
  readonly hi: number;
  /** Two-sided, of "as in the other hours of its row", days being what varies; NaN where it is not tested. */
  readonly pvalue: number;
}

/** Fewest pairs for a value, and fewest for one that is not thin. */
export const LEAST_PAIRS = 10;
export const THIN_BELOW = 30;
/** Fewest days in a cell that is tested: what comes once or twice is no habit of an hour. */
export const LEAST_DAYS = 4;
/** A block of so many pairs has a correlation of its own; shorter ones have a score. */
const OWN_CORRELATION_FROM = 8;

/** The pairs of one cell in one day. */
interface Block {
  readonly cell: number;
  readonly a: number[];
  readonly b: number[];
}

/**
 * Cells of one row of a map: one a stretch of hours, over all days.
 *
 * Whether a cell differs from the others of its row is tested day by day, since the hours of a day share its regime: each
 * day and cell is one block with one number, how closely the two moved together there. Numbers become normal scores
 * (van der Waerden), and the mean score of a cell's days is compared with what as many of all blocks would have. So
 * neither fat tails nor a day of another regime make a habit of an hour.
 *
 * @param columnOf which column of the row a pair is in.
 * @param columns hour and length of each.
 */
export function hourCells(
  pairs: readonly LocalPair[],
  columnOf: (pair: LocalPair) => number,
  columns: readonly { readonly hour: number; readonly hours: number }[],
): HourCell[] {
  const lists = columns.map(() => new PairList());
  const expected = columns.map(() => 0);
  const blocks = new Map<string, Block>();
  pairs.forEach((pair, row) => {
    const cell = columnOf(pair);
    if (pair.isPossible) expected[cell]!++;
    if (!isFinitePair(pair.a, pair.b)) return;
    lists[cell]!.add(row, pair.a, pair.b);
    const key = `${pair.day} ${cell}`;
    let block = blocks.get(key);
    if (block === undefined) blocks.set(key, block = { cell, a: [], b: [] });
    block.a.push(pair.a);
    block.b.push(pair.b);
  });
  const days = columns.map(() => 0);
  for (const { cell } of blocks.values()) days[cell]!++;
  const isTested = columns.map((_, cell) =>
    lists[cell]!.n >= THIN_BELOW && days[cell]! >= LEAST_DAYS
  );
  const pvalues = blockTest([...blocks.values()], isTested);
  return columns.map((column, cell) => {
    const list = lists[cell]!;
    list.centre();
    const value = list.n >= LEAST_PAIRS ? list.correlation : NaN;
    const { lo, hi } = inferFromEffective(value, list.n, 0.95, list.inflation());
    return {
      hour: column.hour,
      hours: column.hours,
      value,
      n: list.n,
      expected: expected[cell]!,
      days: days[cell]!,
      lo,
      hi,
      pvalue: pvalues[cell]!,
    };
  });
}

/** Two-sided p-values of "the blocks of this cell are as those of all"; NaN for cells that are not tested. */
function blockTest(blocks: readonly Block[], isTested: readonly boolean[]): number[] {
  const numbers = blockNumbers(blocks);
  const used = blocks.flatMap((block, i) =>
    Number.isFinite(numbers[i]!) ? [{ cell: block.cell, number: numbers[i]! }] : []
  );
  const ranks = midRanks(Float64Array.from(used, ({ number }) => number));
  const total = used.length;
  const sums = isTested.map(() => 0), counts = isTested.map(() => 0);
  let squares = 0;
  used.forEach(({ cell }, i) => {
    const score = normalQuantile(ranks[i]! / (total + 1));
    sums[cell]! += score;
    counts[cell]!++;
    squares += score * score;
  });
  return isTested.map((is, cell) => {
    const k = counts[cell]!, others = total - k;
    if (!is || k < LEAST_DAYS || others < LEAST_DAYS) return NaN;
    // Variance of a mean of k scores drawn from all without replacement.
    const variance = squares / total / k * (others / (total - 1));
    return 2 * normalSurvival(Math.abs(sums[cell]! / k) / Math.sqrt(variance));
  });
}

/** How closely the two moved together in each block; NaN where it says nothing. */
function blockNumbers(blocks: readonly Block[]): number[] {
  const scales = scalesOf(blocks);
  const overall = overallOf(blocks, scales);
  const longest = blocks.reduce((most, { a }) => Math.max(most, a.length), 0);
  return blocks.map(({ cell, a, b }) => {
    // Half a block would vary more than whole ones.
    if (2 * a.length < longest) return NaN;
    if (longest >= OWN_CORRELATION_FROM) return correlation(a, b).value;
    const scale = scales[cell]!;
    return a.reduce((sum, value, i) => sum + scoreOf(value / scale.a, b[i]! / scale.b, overall), 0);
  });
}

/** How far a pair in units of its hour speaks for more correlation than `r`. */
function scoreOf(u: number, v: number, r: number): number {
  return u * v - r * (u * u + v * v) / 2;
}

/** Root mean square of each side within each cell. */
function scalesOf(blocks: readonly Block[]): { a: number; b: number }[] {
  const sums: { a: number; b: number; n: number }[] = [];
  for (const { cell, a, b } of blocks) {
    const sum = sums[cell] ??= { a: 0, b: 0, n: 0 };
    for (const value of a) sum.a += value * value;
    for (const value of b) sum.b += value * value;
    sum.n += a.length;
  }
  return sums.map(({ a, b, n }) => ({ a: Math.sqrt(a / n), b: Math.sqrt(b / n) }));
}

function overallOf(blocks: readonly Block[], scales: readonly { a: number; b: number }[]): number {
  let product = 0, n = 0;
  for (const { cell, a, b } of blocks) {
    const scale = scales[cell]!;
    a.forEach((value, i) => product += value / scale.a * (b[i]! / scale.b));
    n += a.length;
  }
  return Math.max(-1, Math.min(1, product / n)) || 0;
}
