import { type PairBlock, SUMS } from "./pair_block.ts";

/*
 * The correlations of one block, as fast as they go. Nothing is called inside these loops: around a call
 * the engine keeps none of their sums in registers, and that costs as much as all the arithmetic. `| 0`
 * says of an index that it is a small whole number, which spares a check.
 */

/** Where the product of two sums of squares is as precise as they are. */
const LEAST = 1e-280;
const GREATEST = 1e280;

/** Only beyond this r² can rounding take r past 1. */
const NEARLY_ONE = 0.999;

/**
 * Correlations of the windows that end in the block from `start` and hold the row before it, all rows being
 * pairs. False where one is not, or a spread leaves the range of doubles: then the values mean nothing.
 *
 * @param older sums over the suffixes of the block before, all of whose rows are pairs.
 */
export function correlateRows(
  values: Float64Array,
  x: Float64Array,
  y: Float64Array,
  older: Float64Array,
  start: number,
): boolean {
  const window = older.length / SUMS, end = Math.min(start + window, values.length);
  const turn = Math.min(start + window - 1, end), inverse = 1 / window;
  const anchorX = x[start - 1]!, anchorY = y[start - 1]!;
  let sumX = 0, sumY = 0, sumXx = 0, sumYy = 0, sumXy = 0, isInRange = true;
  for (let row = start, at = SUMS; row < turn; row++, at = (at + SUMS) | 0) {
    const dx = x[row]! - anchorX, dy = y[row]! - anchorY;
    sumX += dx;
    sumY += dy;
    sumXx += dx * dx;
    sumYy += dy * dy;
    sumXy += dx * dy;
    const totalX = sumX + older[at]!, totalY = sumY + older[(at + 1) | 0]!;
    const meanX = totalX * inverse;
    const xx = sumXx + older[(at + 2) | 0]! - totalX * meanX;
    const yy = sumYy + older[(at + 3) | 0]! - totalY * (totalY * inverse);
    const xy = sumXy + older[(at + 4) | 0]! - totalY * meanX;
    const product = xx * yy;
    if (product > LEAST && product < GREATEST) {
      const r = xy / Math.sqrt(product);
      values[row] = r;
      if (xy * xy > NEARLY_ONE * product) values[row] = r > 1 ? 1 : r < -1 ? -1 : r;
    } else {
      values[row] = NaN;
      if (xx > 0 && yy > 0) isInRange = false;
    }
  }
  // A sum that is not finite stays so. The last row has not been added yet.
  const last = x[end - 1]! - anchorX + (y[end - 1]! - anchorY);
  return isInRange && sumXx + sumYy + last * 0 < Infinity;
}

/**
 * The same from the pairs of both blocks, for the windows of rows `start..turn`. False where a spread
 * leaves the range of doubles.
 *
 * @param sums sums over the suffixes of the older block's pairs.
 */
export function correlatePairs(
  values: Float64Array,
  newer: PairBlock,
  older: PairBlock,
  sums: Float64Array,
  minPeriods: number,
  start: number,
  turn: number,
): boolean {
  const { x, y, ranks, none } = newer, { ranks: olderRanks, pairs: olderPairs } = older;
  const anchorX = x[none]!, anchorY = y[none]!, { length } = sums;
  let pairs = 0, sumX = 0, sumY = 0, sumXx = 0, sumYy = 0, sumXy = 0, isInRange = true;
  for (let row = start, i = 1; row < turn; row++, i++) {
    // The next pair, or none: at random gaps a branch costs more.
    const rank = ranks[i]!, pair = none ^ ((none ^ pairs) & (pairs - rank));
    const dx = x[pair]! - anchorX, dy = y[pair]! - anchorY;
    pairs = rank;
    sumX += dx;
    sumY += dy;
    sumXx += dx * dx;
    sumYy += dy * dy;
    sumXy += dx * dy;
    const left = olderPairs - olderRanks[i]!, at = length - SUMS * left, n = pairs + left;
    const totalX = sumX + sums[at]!, totalY = sumY + sums[(at + 1) | 0]!;
    // All three times n, which leaves r as it is and spares a division.
    const xx = (sumXx + sums[(at + 2) | 0]!) * n - totalX * totalX;
    const yy = (sumYy + sums[(at + 3) | 0]!) * n - totalY * totalY;
    const xy = (sumXy + sums[(at + 4) | 0]!) * n - totalX * totalY;
    const product = xx * yy;
    if (n >= minPeriods && product > LEAST && product < GREATEST) {
      const r = xy / Math.sqrt(product);
      values[row] = r;
      if (xy * xy > NEARLY_ONE * product) values[row] = r > 1 ? 1 : r < -1 ? -1 : r;
    } else {
      values[row] = NaN;
      if (n >= minPeriods && xx > 0 && yy > 0) isInRange = false;
    }
  }
  return isInRange;
}
