/** The last `size` values, kept sorted, for running medians. A push costs a binary search and a shift. */
export class SortedWindow {
  readonly size: number;
  /** In order of arrival, as a ring. */
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;
  #pushed = 0;

  /** @throws {RangeError} when `size` is not a whole number of at least 1. */
  constructor(size: number) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`size must be a whole number of at least 1, got ${size}`);
    }
    this.size = size;
    this.#ring = new Float64Array(size);
    this.#sorted = new Float64Array(size);
  }

  /** Values held, at most `size`. */
  get n(): number {
    return Math.min(this.#pushed, this.size);
  }

  /** Median; the mean of the middle two for an even number; NaN when empty. */
  get median(): number {
    const n = this.n, half = n >> 1;
    if (n === 0) return NaN;
    return n % 2 === 1 ? this.#sorted[half]! : (this.#sorted[half - 1]! + this.#sorted[half]!) / 2;
  }

  /** Mean of the values held; NaN when empty. */
  get mean(): number {
    const n = this.n;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += this.#sorted[i]!;
    return sum / n;
  }

  /**
   * Adds a value; the oldest leaves once the window is full.
   * @throws {RangeError} when `value` is NaN, which has no place in an order.
   */
  push(value: number): void {
    if (Number.isNaN(value)) throw new RangeError("value must be a number, got NaN");
    const at = this.#pushed % this.size;
    let n = this.n;
    if (n === this.size) {
      const leaving = this.#place(this.#ring[at]!, n);
      this.#sorted.copyWithin(leaving, leaving + 1, n);
      n--;
    }
    const place = this.#place(value, n);
    this.#sorted.copyWithin(place + 1, place, n);
    this.#sorted[place] = value;
    this.#ring[at] = value;
    this.#pushed++;
  }

  /** First of the `n` sorted values that is not below `value`. */
  #place(value: number, n: number): number {
    let low = 0, high = n;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
