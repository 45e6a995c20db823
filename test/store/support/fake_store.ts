import type { DataKind, Store, StoreBatch } from "../../../lib/store/store.ts";

/** A store that remembers what it was given, and refuses when it is made to. */
export function fakeStore(dataKind: DataKind = "live") {
  const batches: StoreBatch[] = [];
  const calls: string[] = [];
  /** Batches of each write that was taken whole. */
  const writes: number[] = [];
  const state = { refusal: undefined as Error | undefined, taken: 0, takes: Infinity };
  const store = {
    dataKind,
    place: "fake",
    write(...given: readonly StoreBatch[]) {
      let bars = 0, trades = 0;
      for (const batch of given) {
        if (state.taken >= state.takes) state.refusal ??= new Error("the disk is full");
        if (state.refusal !== undefined) return Promise.reject(state.refusal);
        state.taken++;
        batches.push(batch);
        for (const one of batch.bars ?? []) bars += one.bars.openTime.length;
        for (const one of batch.trades ?? []) trades += one.trades.id.length;
      }
      writes.push(given.length);
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
  return { store, batches, writes, calls, state };
}
