/**
 * A multiset of numbers in order, for running medians and extremes. Adding and removing cost a binary
 * search and a shift of the rest, which for windows of thousands is less than any tree.
 */
export class SortedValues {
  #values = new Float64Array(16);
  #n = 0;

  get n(): number {
    return this.#n;
  }

  /** NaN when empty. */
  get min(): number {
    return this.#n === 0 ? NaN : this.#values[0]!;
  }

  /** NaN when empty. */
  get max(): number {
    return this.#n === 0 ? NaN : this.#values[this.#n - 1]!;
  }

  /** Median; the mean of the middle two for an even number; NaN when empty. */
  get median(): number {
    const half = this.#n >> 1;
    if (this.#n === 0) return NaN;
    if (this.#n % 2 === 1) return this.#values[half]!;
    // Halves first: the sum of two of the largest doubles is no double.
    return this.#values[half - 1]! / 2 + this.#values[half]! / 2;
  }

  /** Summed from the least to the greatest; NaN when empty. */
  get mean(): number {
    let sum = 0;
    for (let i = 0; i < this.#n; i++) sum += this.#values[i]!;
    return sum / this.#n;
  }

  /** Adds a number, not NaN. */
  add(value: number): void {
    if (this.#n === this.#values.length) {
      const larger = new Float64Array(2 * this.#n);
      larger.set(this.#values);
      this.#values = larger;
    }
    const place = this.#place(value);
    this.#values.copyWithin(place + 1, place, this.#n);
    this.#values[place] = value;
    this.#n++;
  }

  /** Removes one number equal to `value`, which must be there. */
  remove(value: number): void {
    const place = this.#place(value);
    this.#values.copyWithin(place, place + 1, this.#n);
    this.#n--;
  }

  /** Becomes a copy of another. */
  copy(other: SortedValues): void {
    if (this.#values.length < other.#n) this.#values = new Float64Array(other.#values.length);
    this.#values.set(other.#values.subarray(0, other.#n));
    this.#n = other.#n;
  }

  /** First place whose number is not below `value`. */
  #place(value: number): number {
    let low = 0, high = this.#n;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#values[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
