/** Numbers kept for each suffix: the sums of x, y, xx, yy, xy, all as distances from the last pair. */
export const SUMS = 5;

/**
 * The complete pairs of a block of rows, one after the other, and how many of them precede each row.
 * Filled again and again: nothing is allocated then.
 */
export class PairBlock {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Pairs before row `i` of the block; one entry more than rows. */
  readonly ranks: Int32Array;
  /** Where in `x` and `y` a row that is no pair finds one that adds nothing. */
  readonly none: number;
  pairs = 0;
  /** Rows up to and including the last pair. */
  reach = 0;

  constructor(rows: number) {
    this.x = new Float64Array(rows + 1);
    this.y = new Float64Array(rows + 1);
    this.ranks = new Int32Array(rows + 1);
    this.none = rows;
  }

  /** Takes the complete pairs out of rows `start..end`. */
  fill(x: Float64Array, y: Float64Array, start: number, end: number): void {
    const { x: pairsX, y: pairsY, ranks } = this, rows = end - start;
    let pairs = 0, reach = rows;
    for (let i = 0, row = start; i < rows; i++, row++) {
      const a = x[row]!, b = y[row]!;
      // Each row is written, and one that is no pair overwritten by the next: gaps come at random, and a
      // branch guessed wrongly costs more than two stores. NaN >= 0 is false, and so with ∞ - ∞.
      pairsX[pairs] = a;
      pairsY[pairs] = b;
      ranks[i] = pairs;
      pairs = (pairs + Number(a - a + (b - b) >= 0)) | 0;
    }
    ranks[rows] = pairs;
    while (reach > 0 && ranks[reach - 1] === pairs) reach--;
    this.pairs = pairs;
    this.reach = reach;
  }
}

/**
 * For each pair of `start..end`, the sums over it and those after it, as distances from the last one. Those
 * over the last `n` pairs stand at `sums.length - SUMS * n`.
 */
export function sumSuffixes(
  sums: Float64Array,
  x: Float64Array,
  y: Float64Array,
  start: number,
  end: number,
): void {
  if (start >= end) return;
  const anchorX = x[end - 1]!, anchorY = y[end - 1]!;
  let sumX = 0, sumY = 0, sumXx = 0, sumYy = 0, sumXy = 0;
  for (let i = end - 1, at = sums.length - SUMS; i >= start; i--, at = (at - SUMS) | 0) {
    const dx = x[i]! - anchorX, dy = y[i]! - anchorY;
    sumX += dx;
    sumY += dy;
    sumXx += dx * dx;
    sumYy += dy * dy;
    sumXy += dx * dy;
    sums[at] = sumX;
    sums[(at + 1) | 0] = sumY;
    sums[(at + 2) | 0] = sumXx;
    sums[(at + 3) | 0] = sumYy;
    sums[(at + 4) | 0] = sumXy;
  }
}
