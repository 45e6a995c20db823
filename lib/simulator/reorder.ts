/** The most that is held back before it is let go in another order. */
const BUNDLE = 10;

/**
 * Lets items pass as they are, or, as long as a fault says so, twice or in bundles turned round. Nothing is
 * lost: what is held back goes with the bundle, or with {@link release}.
 */
export class Reorder<Item> {
  #toRepeat = 0;
  #toShuffle = 0;
  #held: Item[] = [];

  /** The next `count` items come twice. */
  repeat(count: number): void {
    this.#toRepeat += count;
  }

  /** The next `count` items come in bundles of at most ten, each the last first. */
  shuffle(count: number): void {
    this.#toShuffle += count;
  }

  /** The items to send once this one has been added. */
  pass(item: Item): readonly Item[] {
    const items = this.#toRepeat > 0 ? [item, item] : [item];
    if (this.#toRepeat > 0) this.#toRepeat--;
    if (this.#toShuffle === 0) return this.#held.length > 0 ? [...this.release(), ...items] : items;
    this.#toShuffle--;
    this.#held.push(...items);
    return this.#held.length >= BUNDLE || this.#toShuffle === 0 ? this.release() : [];
  }

  /** Everything held back, the last first. */
  release(): readonly Item[] {
    return this.#held.splice(0).reverse();
  }
}
