import type { Store, StoreBatch, StoreChange, StoredDelivery } from "./store.ts";

/** What alerts use of a store. */
export type AlertStore = Pick<Store, "write" | "deliveries" | "note">;

/** What a {@link LateStore} needs. */
export interface LateStoreOptions {
  /** The likeliest store, as far as it is there already: what earlier processes left is read in it. */
  readonly found: Store | undefined;
  /** True where the market's data can be of no other kind. */
  readonly isSure: boolean;
  /** The store that the market's data is written to, once it is known what it is. */
  readonly whenOpen: Promise<Store>;
}

/** Batches kept until it is known where they belong; a market that brings nothing has few. */
const MAX_HELD = 1_000;

/**
 * A market's store as its alerts use it, before it is known whether the data is live or simulated: what is written by
 * then waits, since kinds never mix in one store, and nobody waits for it.
 */
export class LateStore implements AlertStore {
  readonly #found: Store | undefined;
  readonly #held: StoreBatch[] = [];
  #store: Store | undefined;

  constructor({ found, isSure, whenOpen }: LateStoreOptions) {
    this.#found = found;
    if (isSure) this.#store = found;
    void whenOpen.then((store) => this.#open(store));
  }

  async deliveries(): Promise<readonly StoredDelivery[]> {
    return await this.#found?.deliveries() ?? [];
  }

  async note(name: string): Promise<string | undefined> {
    return await this.#found?.note(name);
  }

  async write(batch: StoreBatch): Promise<StoreChange> {
    // Without a note it is about rows that were there.
    const store = this.#store ?? (batch.notes === undefined ? this.#found : undefined);
    if (store !== undefined) return await store.write(batch);
    this.#held.push(batch);
    if (this.#held.length > MAX_HELD) this.#held.shift();
    return { bars: 0, revisions: 0, trades: 0 };
  }

  async #open(store: Store): Promise<void> {
    this.#store = store;
    for (const batch of this.#held.splice(0)) {
      try {
        await store.write(batch);
      } catch {
        // Its messages went out all the same; the sink of the store reports a disk that refuses.
      }
    }
  }
}
