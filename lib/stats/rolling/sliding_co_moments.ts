import { checkWhole } from "../check_whole.ts";
import { isFinitePair } from "../finite_pair.ts";
import { CoMoments } from "./co_moments.ts";

/** Numbers kept for each suffix: n, means, and the three second moments. */
const FIELDS = 6;

/**
 * {@link CoMoments} of the last `window` rows, amortised O(1) a row. Nothing is ever subtracted, so an
 * outlier leaves no trace when it leaves the window, and there is no drift however long it runs.
 *
 * Two stacks: the older part of the window is held as moments of all its suffixes, the newer part as one
 * running set; when the older part is used up the rows of the newer one are summed backwards into new
 * suffixes. (Folklore for sliding aggregation; see Tangwongsan, Hirzel & Schneider, DEBS 2017.) Suffixes
 * are anchored at their last row and the newer part at its first, both always inside the window.
 *
 * Rows with a side that is not finite keep their place in the window and count for nothing.
 */
export class SlidingCoMoments {
  readonly window: number;
  readonly #rowsX: Float64Array;
  readonly #rowsY: Float64Array;
  readonly #suffixes: Float64Array;
  #anchorX = 0;
  #anchorY = 0;
  /** First suffix still inside the window; `window` when the older part is empty. */
  #first: number;
  /** Rows in the newer part. */
  #newer = 0;
  readonly #running = new CoMoments();
  readonly #scratch = new CoMoments();

  /** @throws {RangeError} when `window` is not a whole number of at least 1. */
  constructor(window: number) {
    checkWhole("window", window, 1);
    this.window = window;
    this.#rowsX = new Float64Array(window);
    this.#rowsY = new Float64Array(window);
    this.#suffixes = new Float64Array(window * FIELDS);
    this.#first = window;
  }

  /** Adds one row; the oldest leaves once the window is full. */
  push(x: number, y: number): void {
    if (this.#first < this.window) this.#first++;
    this.#rowsX[this.#newer] = x;
    this.#rowsY[this.#newer] = y;
    this.#newer++;
    if (isFinitePair(x, y)) this.#running.add(x, y);
    if (this.#newer === this.window) this.#flip();
  }

  /** Copies the rows, oldest first; those that have not come yet are NaN and come first. */
  copyRows(x: Float64Array, y: Float64Array): void {
    const first = this.#first, newer = this.#newer;
    for (const [from, to] of [[this.#rowsX, x], [this.#rowsY, y]] as const) {
      to.fill(NaN, 0, first - newer);
      // Newer rows have taken the places of older ones that left.
      to.set(from.subarray(first), first - newer);
      to.set(from.subarray(0, newer), this.window - newer);
    }
  }

  /** Moments of the window. The object is reused by the next call. */
  current(): CoMoments {
    this.#load(this.#first);
    this.#scratch.merge(this.#running);
    return this.#scratch;
  }

  /** Moments of the window were this row pushed; nothing changes. The object is reused. */
  peek(x: number, y: number): CoMoments {
    this.#load(this.#first + 1);
    this.#scratch.merge(this.#running);
    if (isFinitePair(x, y)) this.#scratch.add(x, y);
    return this.#scratch;
  }

  /** Turns the rows of the newer part, which now fill the window, into suffixes. */
  #flip(): void {
    const moments = this.#scratch;
    moments.clear();
    for (let row = this.window - 1; row >= 0; row--) {
      const x = this.#rowsX[row]!, y = this.#rowsY[row]!;
      if (isFinitePair(x, y)) moments.add(x, y);
      const at = row * FIELDS;
      this.#suffixes[at] = moments.n;
      this.#suffixes[at + 1] = moments.meanX;
      this.#suffixes[at + 2] = moments.meanY;
      this.#suffixes[at + 3] = moments.xx;
      this.#suffixes[at + 4] = moments.yy;
      this.#suffixes[at + 5] = moments.xy;
    }
    this.#anchorX = moments.anchorX;
    this.#anchorY = moments.anchorY;
    this.#first = 0;
    this.#newer = 0;
    this.#running.clear();
  }

  #load(row: number): void {
    const moments = this.#scratch;
    moments.clear();
    if (row >= this.window) return;
    const at = row * FIELDS;
    moments.n = this.#suffixes[at]!;
    moments.anchorX = this.#anchorX;
    moments.anchorY = this.#anchorY;
    moments.meanX = this.#suffixes[at + 1]!;
    moments.meanY = this.#suffixes[at + 2]!;
    moments.xx = this.#suffixes[at + 3]!;
    moments.yy = this.#suffixes[at + 4]!;
    moments.xy = this.#suffixes[at + 5]!;
  }
}
