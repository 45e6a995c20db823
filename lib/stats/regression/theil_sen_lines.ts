import { type Column, completeRows, median } from "./columns.ts";
import { listSlopes, MOST_SLOPES } from "./pair_slopes.ts";
import { selectRanks } from "../select.ts";
import { theilSen, type TheilSenResult } from "./theil_sen.ts";

/** Slopes by which a bracket about the middle is chosen; of fewer than some times as many all are listed. */
const SAMPLE = 1_000;
const WORTH_SAMPLING = 4 * SAMPLE;
/** Ranks of the sample that the bracket reaches to each side: three standard errors of the middle one. */
const REACH = Math.ceil(1.5 * Math.sqrt(SAMPLE));
/** A prime, so that it meets all rows. */
const STRIDE = 7_919;

/**
 * The lines of {@link theilSen} of one window after the other, equal to the last bit and without their intervals. The
 * middle slopes are looked for in a bracket between two slopes of a sample: one pass over all pairs counts those below
 * and lists those inside, of which there are few. Where the middle is not inside, all are listed. The list is used again
 * by each line: one a bar would leave 230 kB to be collected, of 240 rows.
 *
 * @example
 * ```ts
 * import { TheilSenLines } from "./theil_sen_lines.ts";
 * import assert from "node:assert/strict";
 * const lines = new TheilSenLines();
 * assert.deepEqual(lines.of([1, 3, 5, 700, 9], [0, 1, 2, 3, 4]), { slope: 2, intercept: 1 });
 * ```
 */
export class TheilSenLines {
  #slopes = new Float64Array(0);
  readonly #sample = new Float64Array(SAMPLE);

  /** @throws {RangeError} when lengths differ. */
  of(y: Column, x: Column): Pick<TheilSenResult, "slope" | "intercept"> {
    const { columns } = completeRows([x, y]);
    const [xs, ys] = columns as [Float64Array, Float64Array];
    const pairs = xs.length * (xs.length - 1) / 2;
    if (y.length !== x.length || pairs > MOST_SLOPES) {
      const { slope, intercept } = theilSen(y, x);
      return { slope, intercept };
    }
    if (this.#slopes.length < pairs) this.#slopes = new Float64Array(pairs);
    const [low, high] = (pairs < WORTH_SAMPLING ? undefined : this.#inBracket(xs, ys)) ??
      this.#amongAll(xs, ys);
    const slope = low + (high - low) / 2;
    return { slope, intercept: median(ys) - slope * median(xs) };
  }

  /** The middle two slopes, or the middle one twice; NaN for none. */
  #amongAll(x: Float64Array, y: Float64Array): readonly [number, number] {
    const count = listSlopes(x, y, this.#slopes);
    return count === 0 ? [NaN, NaN] : middleOf(this.#slopes.subarray(0, count), count, 0);
  }

  /** Undefined where the bracket does not hold them. */
  #inBracket(x: Float64Array, y: Float64Array): readonly [number, number] | undefined {
    const sample = this.#sample, slopes = this.#slopes, rows = x.length;
    for (let i = 0, at = 0; i < SAMPLE; i++) {
      at += STRIDE;
      const a = at % rows, b = (at + 1 + Math.floor(at / rows) % (rows - 1)) % rows;
      sample[i] = (y[a]! - y[b]!) / (x[a]! - x[b]!);
      // Equal prices have none: the bracket may be off then, which is seen below.
      if (Number.isNaN(sample[i]!)) sample[i] = 0;
    }
    const half = SAMPLE / 2;
    const [lo, hi] = selectRanks(sample, [half - REACH, half + REACH]) as [number, number];
    let count = 0, below = 0, inside = 0;
    for (let i = 1; i < rows; i++) {
      const xi = x[i]!, yi = y[i]!;
      for (let j = 0; j < i; j++) {
        const dx = xi - x[j]!, slope = (yi - y[j]!) / dx;
        if (dx === 0) continue;
        count++;
        // Sums of comparisons: a branch would be guessed wrong every other time.
        below += Number(slope < lo);
        slopes[inside] = slope;
        inside += Number(slope >= lo) & Number(slope <= hi);
      }
    }
    const first = Math.ceil(count / 2) - 1, last = Math.floor(count / 2);
    if (first < below || last >= below + inside) return undefined;
    return middleOf(slopes.subarray(0, inside), count, below);
  }
}

/** Of so many in all, those in the middle, where so many lie below the ones given. */
function middleOf(slopes: Float64Array, count: number, below: number): readonly [number, number] {
  const [low, high] = selectRanks(slopes, [
    Math.ceil(count / 2) - 1 - below,
    Math.floor(count / 2) - below,
  ]);
  return [low!, high!];
}
