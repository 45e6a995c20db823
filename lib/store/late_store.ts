import type { Store, StoreBatch, StoreChange, StoredDelivery } from "./store.ts";

/** What alerts use of a store. */
export type AlertStore = Pick<Store, "write" | "deliveries" | "note">;

/** What a {@link LateStore} needs. */
export interface LateStoreOptions {
  /** The likeliest store, as far as it is there already: what earlier processes left is read in it. */
  readonly found: Store | undefined;
  /** True where the market's data can be of no other kind. */
  readonly isSure: boolean;
}

/** Batches kept until it is known where they belong; a market that brings nothing has few. */
const MAX_HELD = 1_000;

/**
 * A market's store as its alerts use it, before it is known whether the data is live or simulated: what is written by
 * then waits, since kinds never mix in one store, and nobody waits for it.
 */
export class LateStore implements AlertStore {
  readonly #found: Store | undefined;
  /** Oldest first. */
  readonly #held = new Set<StoreBatch>();
  #store: Store | undefined;

  constructor({ found, isSure }: LateStoreOptions) {
    this.#found = found;
    if (isSure) this.#store = found;
  }

  async deliveries(): Promise<readonly StoredDelivery[]> {
    return await this.#found?.deliveries() ?? [];
  }

  async note(name: string): Promise<string | undefined> {
    return await this.#found?.note(name);
  }

  async write(batch: StoreBatch): Promise<StoreChange> {
    const store = this.#store ?? (this.#mustWait(batch) ? undefined : this.#found);
    if (store !== undefined) return await store.write(batch);
    this.#held.add(batch);
    for (const oldest of this.#held) {
      if (this.#held.size <= MAX_HELD) break;
      this.#held.delete(oldest);
    }
    return { bars: 0, revisions: 0, trades: 0 };
  }

  /**
   * Writes what waits, in order, to the store that the market's data is written to; what comes meanwhile waits behind
   * it: an older state never follows a newer one. Whoever opens the store awaits this before closing it.
   */
  async open(store: Store): Promise<void> {
    for (const batch of this.#held) {
      try {
        await store.write(batch);
      } catch {
        // Its messages went out all the same; the sink of the store reports a disk that refuses.
      }
      this.#held.delete(batch);
    }
    this.#store = store;
  }

  /** Without a note it is about rows that were there, unless those wait themselves. */
  #mustWait({ notes, deliveries = [] }: StoreBatch): boolean {
    if (notes !== undefined) return true;
    const held = [...this.#held].flatMap((one) => one.deliveries ?? []);
    return deliveries.some((row) => held.some((one) => isSameMessage(one, row)));
  }
}

function isSameMessage(a: StoredDelivery, b: StoredDelivery): boolean {
  return a.alert === b.alert && a.channel === b.channel && a.kind === b.kind;
}
