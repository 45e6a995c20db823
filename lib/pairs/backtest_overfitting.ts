import { givenOptions } from "../stats/given_options.ts";
import { completeRows } from "../stats/regression/columns.ts";
import { midRanks } from "../stats/correlation/mid_ranks.ts";
import { StatisticsError } from "../stats/statistics_error.ts";

/** How far the best of many backtests is luck. */
export interface BacktestOverfitting {
  /**
   * Probability that the setting which is best in one half of the rows is no better than the median in the
   * other half.
   */
  readonly probability: number;
  /** `ln(ω / (1 - ω))` of each split, ω the rank out of sample of the best in sample, over N + 1. */
  readonly logits: Float64Array;
  /** Share of the splits in which the best in sample loses money out of sample. */
  readonly probabilityOfLoss: number;
  /** Slope and constant of the best's Sharpe ratio out of sample on that in sample, ratios of one row. */
  readonly degradation: { readonly slope: number; readonly intercept: number };
  /** Settings compared, rows used, and splits. */
  readonly trials: number;
  readonly nobs: number;
  readonly splits: number;
}

/** Rows that a block must hold, and splits that are too many to count out. */
const LEAST_IN_BLOCK = 2, MOST_BLOCKS = 20;

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (CSCV): the rows are cut
 * into blocks, every half of the blocks is the sample once and the other half out of it, and the setting with
 * the best Sharpe ratio in sample is ranked out of it. Worthless settings give about 0.5 and more; one
 * that is truly best gives about 0.
 *
 * D. H. Bailey, J. M. Borwein, M. López de Prado & Q. J. Zhu, Journal of Computational Finance 20 (2017).
 * O(rows · N + C(blocks, blocks/2) · N log N), 12,870 splits of 16 blocks.
 *
 * @param returns a column for each setting tried, all of the same rows in order of time. **Every** setting that
 * was tried belongs here. Rows with a missing value are left out; so are settings whose returns never change.
 * @param options.blocks an even number from 2 to 20. @default 16
 * @throws {StatisticsError} `too-few` (fewer than 2 settings that move, or than 2 rows a block).
 * @throws {RangeError} when the columns differ in length or `blocks` is out of range.
 *
 * @example
 * ```ts
 * import { backtestOverfitting } from "./backtest_overfitting.ts";
 * import assert from "node:assert/strict";
 * const noise = (k: number) => Array.from({ length: 320 }, (_, i) => Math.sin(k * i * i + k));
 * const worthless = [1, 2, 3, 4, 5, 6].map(noise);
 * const good = noise(7).map((r) => r + 0.8);
 * assert.ok(backtestOverfitting(worthless, { blocks: 8 }).probability > 0.2);
 * assert.equal(backtestOverfitting([...worthless, good], { blocks: 8 }).probability, 0);
 * ```
 */
export function backtestOverfitting(
  returns: readonly ArrayLike<number>[],
  options: { readonly blocks?: number } = {},
): BacktestOverfitting {
  const { blocks = 16 } = givenOptions(options);
  if (!Number.isSafeInteger(blocks) || blocks < 2 || blocks > MOST_BLOCKS || blocks % 2 !== 0) {
    throw new RangeError(`blocks must be an even number within 2..${MOST_BLOCKS}, got ${blocks}`);
  }
  for (const column of returns) {
    if (column.length !== returns[0]!.length) {
      throw new RangeError(
        `returns must be equally long, got ${returns[0]!.length} and ${column.length}`,
      );
    }
  }
  const { columns, rows } = completeRows(returns);
  const moving = columns.filter((column) => column.some((value) => value !== column[0]));
  if (moving.length < 2) {
    throw new StatisticsError("too-few", `two settings must move, there are ${moving.length}`);
  }
  const size = Math.floor(rows.length / blocks);
  if (size < LEAST_IN_BLOCK) {
    throw new StatisticsError(
      "too-few",
      `${blocks} blocks need ${blocks * LEAST_IN_BLOCK} complete rows, there are ${rows.length}`,
    );
  }
  const sums = moving.map((column) => blockSums(column, blocks, size));
  const splits = halves(blocks), logits = new Float64Array(splits.length);
  const inside = new Float64Array(splits.length), outside = new Float64Array(splits.length);
  const every = 2 ** blocks - 1;
  splits.forEach((half, i) => {
    const inSample = sums.map((each) => sharpeOf(each, half, size));
    const best = inSample.indexOf(Math.max(...inSample));
    const outOfSample = Float64Array.from(sums, (each) => sharpeOf(each, every ^ half, size));
    const share = midRanks(outOfSample)[best]! / (moving.length + 1);
    logits[i] = Math.log(share / (1 - share));
    inside[i] = inSample[best]!;
    outside[i] = outOfSample[best]!;
  });
  const shareOf = (values: Float64Array, is: (value: number) => boolean) =>
    values.filter(is).length / values.length;
  return {
    probability: shareOf(logits, (logit) => logit <= 0),
    logits,
    probabilityOfLoss: shareOf(outside, (sharpe) => sharpe < 0),
    degradation: lineThrough(inside, outside),
    trials: moving.length,
    nobs: size * blocks,
    splits: splits.length,
  };
}

interface BlockSums {
  /** About the mean of the whole column, which is added back. */
  readonly mean: number;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

function blockSums(column: Float64Array, blocks: number, size: number): BlockSums {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  const sums = new Float64Array(blocks), squares = new Float64Array(blocks);
  for (let row = 0; row < blocks * size; row++) {
    const block = Math.floor(row / size), value = column[row]! - mean;
    sums[block]! += value;
    squares[block]! += value * value;
  }
  return { mean, sums, squares };
}

/** Sharpe ratio, divisor n - 1, of the blocks whose bits are set; -Infinity where they never move down. */
function sharpeOf({ mean, sums, squares }: BlockSums, half: number, size: number): number {
  let n = 0, sum = 0, square = 0;
  for (let block = 0; block < sums.length; block++) {
    if ((half >> block & 1) === 0) continue;
    n += size;
    sum += sums[block]!;
    square += squares[block]!;
  }
  const centre = sum / n, variance = (square - sum * centre) / (n - 1);
  return variance > 0 ? (mean + centre) / Math.sqrt(variance) : -Infinity;
}

/** Every set of half of the blocks, as bits. */
function halves(blocks: number): number[] {
  const found: number[] = [];
  for (let set = 0; set < 2 ** blocks; set++) {
    let bits = 0;
    for (let rest = set; rest > 0; rest &= rest - 1) bits++;
    if (bits === blocks / 2) found.push(set);
  }
  return found;
}

function lineThrough(x: Float64Array, y: Float64Array): { slope: number; intercept: number } {
  const rows = Array.from(x.keys()).filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]));
  const meanX = rows.reduce((sum, i) => sum + x[i]!, 0) / rows.length;
  const meanY = rows.reduce((sum, i) => sum + y[i]!, 0) / rows.length;
  let xx = 0, xy = 0;
  for (const i of rows) {
    xx += (x[i]! - meanX) ** 2;
    xy += (x[i]! - meanX) * (y[i]! - meanY);
  }
  const slope = xx > 0 ? xy / xx : NaN;
  return { slope, intercept: meanY - slope * meanX };
}
