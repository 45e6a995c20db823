import { copyNumbers } from "../numbers.ts";
import { isFinitePair } from "../finite_pair.ts";
import { correlatePairs, correlateRows } from "./correlation_blocks.ts";
import { PairBlock, SUMS, sumSuffixes } from "./pair_block.ts";
import { measureOf, type PairRequest } from "./pair_measure.ts";

/** Beyond this many rows the plain sums below would cost more than three digits. */
export const MAX_BLOCK_WINDOW = 2_048;

/**
 * A measure of every window of two columns at once: the batch form of two stacks. The rows are cut into
 * blocks as long as the window, so that a window is the end of one block and the beginning of the next;
 * both parts are sums that only grow, and nothing is taken away (van Herk, Pattern Recognition Letters
 * 13, 1992; Gil & Werman, IEEE PAMI 15, 1993).
 *
 * Both parts are measured from the last pair of the older block as long as that pair lies in the window,
 * and from the first pair of the newer block after that. An origin inside the window loses no more than
 * the factor n, and leaves exactly zero where a side is constant.
 *
 * Rows are taken for complete until one is not: then its block is done again from its pairs alone, and so
 * are the blocks after it up to the next complete one.
 */
export function measureWindows(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  request: PairRequest,
): Float64Array {
  const a = x instanceof Float64Array ? x : copyNumbers(x, "x");
  const b = y instanceof Float64Array ? y : copyNumbers(y, "y");
  const blocks = new Blocks(a, b, request);
  for (let start = 0; start < a.length; start += request.window) blocks.measure(start);
  return blocks.values;
}

/** What one block of rows hands to the next. */
class Blocks {
  readonly values: Float64Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #request: PairRequest;
  /** Over the suffixes of the block before. */
  readonly #sums: Float64Array;
  #older: PairBlock;
  #newer: PairBlock;
  /** All rows of the block before are pairs. */
  #isComplete = false;

  constructor(x: Float64Array, y: Float64Array, request: PairRequest) {
    const rows = Math.min(request.window, x.length);
    this.values = new Float64Array(x.length);
    this.#x = x;
    this.#y = y;
    this.#request = request;
    this.#sums = new Float64Array(SUMS * rows);
    this.#older = new PairBlock(rows);
    this.#newer = new PairBlock(rows);
  }

  /** The windows that end in the block from this row on. */
  measure(start: number): void {
    const { values } = this, x = this.#x, y = this.#y, sums = this.#sums, request = this.#request;
    const end = Math.min(start + request.window, values.length);
    // From this row on a window holds no pair of the older block.
    const turn = Math.min(start + Math.max(0, this.#older.reach - 1), end);
    const isCorrelation = request.measure === "correlation";
    this.#isComplete &&= isCorrelation && correlateRows(values, x, y, sums, start);
    if (this.#isComplete) sumSuffixes(sums, x, y, start, end);
    else this.#measurePairs(start, turn, end);
    // Most often only the last window is left: all pairs of the block, and that is its longest suffix.
    const { pairs } = this.#older;
    if (turn === end - 1 && pairs > 0) values[turn] = valueOfBlock(request, sums, pairs);
    else runAlone(x, y, values, request, start, turn, end);
  }

  #measurePairs(start: number, turn: number, end: number): void {
    const older = this.#older, newer = this.#newer, x = this.#x, y = this.#y;
    const { values } = this, sums = this.#sums, request = this.#request;
    newer.fill(x, y, start, end);
    if (turn > start) {
      const anchor = start - request.window + older.reach - 1;
      newer.x[newer.none] = x[anchor]!;
      newer.y[newer.none] = y[anchor]!;
      const isDone = request.measure === "correlation" &&
        correlatePairs(values, newer, older, sums, request.minPeriods, start, turn);
      if (!isDone) measurePairs(values, newer, older, sums, request, start, turn);
    }
    sumSuffixes(sums, newer.x, newer.y, 0, newer.pairs);
    this.#older = newer;
    this.#newer = older;
    this.#isComplete = newer.pairs === request.window;
  }
}

/** Windows that hold the last pair of the older block, at any scale and for any measure. */
function measurePairs(
  values: Float64Array,
  { x, y, ranks, none }: PairBlock,
  { ranks: olderRanks, pairs: olderPairs }: PairBlock,
  sums: Float64Array,
  request: PairRequest,
  start: number,
  turn: number,
): void {
  const anchorX = x[none]!, anchorY = y[none]!, { length } = sums;
  let pairs = 0, sumX = 0, sumY = 0, sumXx = 0, sumYy = 0, sumXy = 0;
  for (let row = start, i = 1; row < turn; row++, i++) {
    if (ranks[i]! > pairs) {
      const dx = x[pairs]! - anchorX, dy = y[pairs]! - anchorY;
      pairs++;
      sumX += dx;
      sumY += dy;
      sumXx += dx * dx;
      sumYy += dy * dy;
      sumXy += dx * dy;
    }
    const left = olderPairs - olderRanks[i]!, at = length - SUMS * left, n = pairs + left;
    const totalX = sumX + sums[at]!, totalY = sumY + sums[at + 1]!;
    const inverse = 1 / n, meanX = totalX * inverse;
    const xx = sumXx + sums[at + 2]! - totalX * meanX;
    const yy = sumYy + sums[at + 3]! - totalY * (totalY * inverse);
    const xy = sumXy + sums[at + 4]! - totalY * meanX;
    values[row] = measureOf(request, n, xx, yy, xy);
  }
}

/** Windows from `turn` on, which hold pairs of this block alone. */
function runAlone(
  x: Float64Array,
  y: Float64Array,
  values: Float64Array,
  request: PairRequest,
  start: number,
  turn: number,
  end: number,
): void {
  if (turn === end) return;
  let anchorX = NaN, anchorY = NaN;
  let n = 0, sumX = 0, sumY = 0, sumXx = 0, sumYy = 0, sumXy = 0;
  for (let row = start; row < end; row++) {
    if (isFinitePair(x[row]!, y[row]!)) {
      if (n === 0) {
        anchorX = x[row]!;
        anchorY = y[row]!;
      }
      const dx = x[row]! - anchorX, dy = y[row]! - anchorY;
      n++;
      sumX += dx;
      sumY += dy;
      sumXx += dx * dx;
      sumYy += dy * dy;
      sumXy += dx * dy;
    }
    if (row < turn) continue;
    const meanX = sumX / n;
    const xx = sumXx - sumX * meanX, yy = sumYy - sumY * (sumY / n), xy = sumXy - sumY * meanX;
    values[row] = measureOf(request, n, xx, yy, xy);
  }
}

/** The window of all pairs of the block. */
function valueOfBlock(request: PairRequest, sums: Float64Array, n: number): number {
  const at = sums.length - SUMS * n, x = sums[at]!, y = sums[at + 1]!;
  const xx = sums[at + 2]! - x * (x / n), yy = sums[at + 3]! - y * (y / n);
  return measureOf(request, n, xx, yy, sums[at + 4]! - x * (y / n));
}
