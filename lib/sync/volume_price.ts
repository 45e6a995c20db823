import type { RowSet } from "../stats/rolling/sliding_sets.ts";

/**
 * Volume and volume-weighted price of a set of trades or bars. Prices are summed as distances from one of
 * them, so that a level costs no digits; sets can be joined, never taken apart.
 */
export class VolumePrice implements RowSet<VolumePrice> {
  #anchor = NaN;
  #money = 0;
  #volume = 0;

  /** NaN without volume. */
  get value(): number {
    return this.#volume > 0 ? this.#anchor + this.#money / this.#volume : NaN;
  }

  get volume(): number {
    return this.#volume;
  }

  clear(): void {
    this.#anchor = NaN;
    this.#money = this.#volume = 0;
  }

  /** @param volume above 0. */
  add(price: number, volume: number): void {
    if (this.#volume === 0) this.#anchor = price;
    this.#money += (price - this.#anchor) * volume;
    this.#volume += volume;
  }

  merge(other: VolumePrice): void {
    if (other.#volume === 0) return;
    if (this.#volume === 0) {
      this.copy(other);
      return;
    }
    this.#money += other.#money + (other.#anchor - this.#anchor) * other.#volume;
    this.#volume += other.#volume;
  }

  copy(other: VolumePrice): void {
    this.#anchor = other.#anchor;
    this.#money = other.#money;
    this.#volume = other.#volume;
  }
}
