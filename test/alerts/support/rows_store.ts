import type { StoreBatch, StoredAlert, StoredDelivery } from "../../../lib/store/store.ts";
import { deliveryKey } from "../../../lib/store/delivery_key.ts";

/** The part of a store that alerts use, in memory. */
export function rowsStore() {
  const deliveries = new Map<string, StoredDelivery>();
  const alerts = new Map<string, StoredAlert>();
  const notes: Record<string, string> = {};
  const batches: StoreBatch[] = [];
  const state = { refusal: undefined as Error | undefined };
  return {
    deliveries,
    alerts,
    notes,
    batches,
    state,
    write(batch: StoreBatch) {
      if (state.refusal !== undefined) return Promise.reject(state.refusal);
      batches.push(batch);
      for (const row of batch.deliveries ?? []) deliveries.set(deliveryKey(row), row);
      for (const row of batch.alerts ?? []) alerts.set(row.id, row);
      Object.assign(notes, batch.notes);
      return Promise.resolve({ bars: 0, revisions: 0, trades: 0 });
    },
    /** Rows as another process would find them. */
    get left(): StoredDelivery[] {
      return structuredClone([...deliveries.values()]);
    },
  };
}
