import type { DataKind, Store, StoreBatch } from "../../../lib/store/store.ts";

/** A store that remembers what it was given, and refuses when it is made to. */
export function fakeStore(dataKind: DataKind = "live") {
  const batches: StoreBatch[] = [];
  const calls: string[] = [];
  const state = { refusal: undefined as Error | undefined };
  const store = {
    dataKind,
    place: "fake",
    write(batch: StoreBatch) {
      if (state.refusal !== undefined) return Promise.reject(state.refusal);
      batches.push(batch);
      const bars = (batch.bars ?? []).reduce((sum, one) => sum + one.bars.openTime.length, 0);
      const trades = (batch.trades ?? []).reduce((sum, one) => sum + one.trades.id.length, 0);
      return Promise.resolve({ bars, revisions: 0, trades });
    },
    instruments: () => Promise.resolve([]),
    dropTrades(before: number) {
      calls.push(`drop ${before}`);
      return Promise.resolve(0);
    },
    flush: () => Promise.resolve(void calls.push("flush")),
    close: () => Promise.resolve(void calls.push("close")),
  } as unknown as Store;
  return { store, batches, calls, state };
}
