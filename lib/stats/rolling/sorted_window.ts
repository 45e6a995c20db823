import { checkWhole } from "../check_whole.ts";
import { SortedValues } from "./sorted_values.ts";

/** The last `size` values, kept sorted, for running medians. A push costs a binary search and a shift. */
export class SortedWindow {
  readonly size: number;
  /** In order of arrival, as a ring. */
  readonly #ring: Float64Array;
  readonly #sorted = new SortedValues();
  #pushed = 0;

  /** @throws {RangeError} when `size` is not a whole number of at least 1. */
  constructor(size: number) {
    checkWhole("size", size, 1);
    this.size = size;
    this.#ring = new Float64Array(size);
  }

  /** Values held, at most `size`. */
  get n(): number {
    return this.#sorted.n;
  }

  /** Median; the mean of the middle two for an even number; NaN when empty. */
  get median(): number {
    return this.#sorted.median;
  }

  /** Mean of the values held; NaN when empty. */
  get mean(): number {
    return this.#sorted.mean;
  }

  /**
   * Adds a value; the oldest leaves once the window is full.
   * @throws {RangeError} when `value` is NaN, which has no place in an order.
   */
  push(value: number): void {
    if (Number.isNaN(value)) throw new RangeError("value must be a number, got NaN");
    const at = this.#pushed++ % this.size;
    if (this.#sorted.n === this.size) this.#sorted.remove(this.#ring[at]!);
    this.#sorted.add(value);
    this.#ring[at] = value;
  }
}
