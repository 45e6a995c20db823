/** First in, first out, in one growing ring: numbers wait without a pause or an allocation each. */
export class NumberQueue {
  #ring = new Float64Array(16);
  #first = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The number `index` places behind the oldest; NaN beyond the newest. */
  at(index: number): number {
    return index < this.#length
      ? this.#ring[(this.#first + index) & (this.#ring.length - 1)]!
      : NaN;
  }

  push(value: number): void {
    if (this.#length === this.#ring.length) {
      const larger = new Float64Array(2 * this.#length);
      for (let i = 0; i < this.#length; i++) larger[i] = this.at(i);
      this.#ring = larger;
      this.#first = 0;
    }
    this.#ring[(this.#first + this.#length) & (this.#ring.length - 1)] = value;
    this.#length++;
  }

  /** Takes the oldest; NaN when empty. */
  shift(): number {
    const value = this.at(0);
    if (this.#length > 0) {
      this.#first = (this.#first + 1) & (this.#ring.length - 1);
      this.#length--;
    }
    return value;
  }
}
