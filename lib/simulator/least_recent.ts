/** Keeps the `capacity` most recently used values; evicted values are computed again on demand. */
export class LeastRecent<Key, Value> {
  readonly #capacity: number;
  readonly #values = new Map<Key, Value>();
  /** The most recently used entry: most lookups repeat the one before. */
  #newest: { readonly key: Key; readonly value: Value } | undefined;

  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`capacity must be a whole number of at least 1, got ${capacity}`);
    }
    this.#capacity = capacity;
  }

  /** How many values are kept now. */
  get size(): number {
    return this.#values.size;
  }

  /** The kept value, or the one that `make` makes now. */
  get(key: Key, make: () => Value): Value {
    if (this.#newest?.key === key) return this.#newest.value;
    const kept = this.#values.get(key);
    const value = kept === undefined ? make() : kept;
    this.#values.delete(key);
    this.#values.set(key, value);
    this.#newest = { key, value };
    if (this.#values.size > this.#capacity) {
      for (const oldest of this.#values.keys()) {
        this.#values.delete(oldest);
        break;
      }
    }
    return value;
  }
}
