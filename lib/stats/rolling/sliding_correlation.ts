import { isFinitePair } from "../finite_pair.ts";
import { correlationOf } from "./co_moments.ts";

/** Numbers kept for each row: x, y, and the sums over it and the older rows after it. */
const SLOT = 7;

/**
 * Pearson's r over the last `window` rows, amortised O(1) a row and made for twelve of them on every tick.
 * Nothing is ever subtracted from a sum, so an outlier leaves no trace, and there is no drift.
 *
 * Two stacks in a ring (see SlidingCoMoments), but with plain sums of distances from an anchor, which is
 * always a pair in the window: that loses no more than the factor `window`, leaves exactly zero where a side
 * is constant, and makes joining both stacks five additions. The older rows hold the sums of their suffixes;
 * the newer rows share one set. Before the anchor leaves, all rows become older ones, and the latest pair
 * the anchor; each pair is that at most once, hence at most two steps a row.
 *
 * All numbers live in one array and `push` leaves the value behind, so that the engine keeps both in
 * registers and boxes nothing.
 */
export class SlidingCorrelation {
  readonly #minPeriods: number;
  /** First the newer rows' sums x, y, xx, yy, xy and the anchor's x, y; then the slots. */
  readonly #numbers: Float64Array;
  /** Slot of the oldest row, which the next one takes. */
  #oldest = SLOT;
  /** Slot of the anchor; 0 for none. */
  #anchor = 0;
  #pairs = 0;
  #value = NaN;

  /** @param minPeriods fewest pairs for a value, at least 2. */
  constructor(window: number, minPeriods: number) {
    this.#minPeriods = minPeriods;
    this.#numbers = new Float64Array(SLOT * (window + 1));
    for (let slot = SLOT; slot < this.#numbers.length; slot += SLOT) this.#numbers[slot] = NaN;
    this.#numbers[5] = NaN;
  }

  /** Correlation of the window; NaN with too few pairs, a constant side, or a spread beyond doubles. */
  get value(): number {
    return this.#value;
  }

  /** Pairs in the window. */
  get n(): number {
    return this.#pairs;
  }

  push(x: number, y: number): void {
    const numbers = this.#numbers, slot = this.#oldest;
    let pairs = this.#pairs;
    if (isFinitePair(numbers[slot]!, numbers[slot + 1]!)) pairs--;
    numbers[slot] = x;
    numbers[slot + 1] = y;
    let sumX = numbers[0]!, sumY = numbers[1]!;
    let sumXx = numbers[2]!, sumYy = numbers[3]!, sumXy = numbers[4]!;
    const dx = x - numbers[5]!, dy = y - numbers[6]!;
    if (isFinitePair(dx, dy)) {
      pairs++;
      numbers[0] = sumX += dx;
      numbers[1] = sumY += dy;
      numbers[2] = sumXx += dx * dx;
      numbers[3] = sumYy += dy * dy;
      numbers[4] = sumXy += dx * dy;
    } else if (isFinitePair(x, y)) {
      pairs++;
      this.#enterAfar(slot);
    }
    this.#pairs = pairs;
    const next = slotAfter(slot, numbers.length);
    this.#oldest = next;
    this.#value = pairs < this.#minPeriods ? NaN : correlationOfSums(
      pairs,
      sumX + numbers[(next + 2) | 0]!,
      sumY + numbers[(next + 3) | 0]!,
      sumXx + numbers[(next + 4) | 0]!,
      sumYy + numbers[(next + 5) | 0]!,
      sumXy + numbers[(next + 6) | 0]!,
    );
    if (next === this.#anchor) this.#turn(next);
  }

  /** The value were this row pushed; nothing changes. */
  peek(x: number, y: number): number {
    const numbers = this.#numbers, slot = this.#oldest;
    const next = slotAfter(slot, numbers.length);
    const left = this.#pairs - Number(isFinitePair(numbers[slot]!, numbers[slot + 1]!));
    const entered = Number(isFinitePair(x, y)), pairs = left + entered;
    if (pairs < this.#minPeriods) return NaN;
    // Without an anchor there is no other pair.
    const dx = entered === 0 ? 0 : x - numbers[5]!;
    const dy = entered === 0 ? 0 : y - numbers[6]!;
    return correlationOfSums(
      pairs,
      numbers[0]! + dx + numbers[next + 2]!,
      numbers[1]! + dy + numbers[next + 3]!,
      numbers[2]! + dx * dx + numbers[next + 4]!,
      numbers[3]! + dy * dy + numbers[next + 5]!,
      numbers[4]! + dx * dy + numbers[next + 6]!,
    );
  }

  /** Copies the rows, oldest first; those that have not come yet are NaN and come first. */
  copyRows(x: Float64Array, y: Float64Array): void {
    const numbers = this.#numbers, { length } = numbers;
    const rows = length / SLOT - 1;
    for (let row = 0, slot = this.#oldest; row < rows; row++, slot = slotAfter(slot, length)) {
      x[row] = numbers[slot]!;
      y[row] = numbers[(slot + 1) | 0]!;
    }
  }

  /** A pair that no double's distance from the anchor holds. */
  #enterAfar(slot: number): void {
    // Most often there is no anchor. If there is, one of them is near 1e308, where any spread is beyond
    // doubles and the value NaN without this pair too.
    if (this.#anchor === 0) this.#anchorAt(slot);
  }

  /** Measures from the pair in this slot from now on; from none for 0. */
  #anchorAt(slot: number): void {
    const numbers = this.#numbers;
    this.#anchor = slot;
    numbers[5] = slot > 0 ? numbers[slot]! : NaN;
    numbers[6] = numbers[slot + 1]!;
  }

  /** Turns all rows into older ones, summed from the latest pair back to the row at `first`. */
  #turn(first: number): void {
    const numbers = this.#numbers, { length } = numbers;
    let anchor = 0, anchorX = NaN, anchorY = NaN;
    let sumX = 0, sumY = 0, sumXx = 0, sumYy = 0, sumXy = 0;
    for (let slot = first, rows = length - SLOT; rows > 0; rows -= SLOT) {
      slot = slot === SLOT ? length - SLOT : slot - SLOT;
      const x = numbers[slot]!, y = numbers[(slot + 1) | 0]!;
      if (isFinitePair(x, y)) {
        if (anchor === 0) {
          anchor = slot;
          anchorX = x;
          anchorY = y;
        }
        const dx = x - anchorX, dy = y - anchorY;
        sumX += dx;
        sumY += dy;
        sumXx += dx * dx;
        sumYy += dy * dy;
        sumXy += dx * dy;
      }
      numbers[(slot + 2) | 0] = sumX;
      numbers[(slot + 3) | 0] = sumY;
      numbers[(slot + 4) | 0] = sumXx;
      numbers[(slot + 5) | 0] = sumYy;
      numbers[(slot + 6) | 0] = sumXy;
    }
    numbers.fill(0, 0, 5);
    // A pair that is alone and about to leave is no anchor for those to come.
    this.#anchorAt(anchor === first ? 0 : anchor);
  }
}

/** The next slot of the ring. */
function slotAfter(slot: number, length: number): number {
  return slot + SLOT < length ? slot + SLOT : SLOT;
}

/** Pearson's r of sums of distances from any one point. */
function correlationOfSums(
  n: number,
  x: number,
  y: number,
  xx: number,
  yy: number,
  xy: number,
): number {
  // All three times n, which leaves r as it is and spares a division.
  return correlationOf(n * xx - x * x, n * yy - y * y, n * xy - x * y);
}
