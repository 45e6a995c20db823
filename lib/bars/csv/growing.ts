/** A growing array of numbers, without an object for each. */
export class Growing {
  #values = new Float64Array(1_024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const longer = new Float64Array(2 * this.length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.length++] = value;
  }

  /** The numbers so far; not a copy. */
  get values(): Float64Array<ArrayBuffer> {
    return this.#values.subarray(0, this.length);
  }
}
