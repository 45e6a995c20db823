/** Numbers that come in one by one, in one typed array that doubles when it is full. */
export class NumberColumn {
  #values = new Float64Array(1_024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const wider = new Float64Array(2 * this.#length);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#length++] = value;
  }

  /** What came in so far, as an array of its own. */
  values(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}
