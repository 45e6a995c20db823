/** What runs in the thread of a {@link ThreadedStore}: one store, opened by the first call. */
import { answerCalls } from "../../runtime/thread.ts";
import type { SqlOptions, Store } from "../store.ts";
import type { StoreOptions } from "../store_options.ts";
import { openSqliteStore } from "./open_sqlite.ts";

let store: Store | undefined;

answerCalls(async (name, values, { onProgress, signal }) => {
  if (name === "open") {
    store = await openSqliteStore(values[0] as StoreOptions);
    const { dataKind, market, place } = store;
    return { dataKind, market, place };
  }
  const method = store?.[name as keyof Store];
  if (typeof method !== "function") throw new TypeError(`a store has no method ${name}`);
  const given = [...values];
  // What cannot be sent.
  if (name === "check") given[0] = onProgress;
  if (name === "sql") given[1] = { ...values[1] as SqlOptions, signal };
  return await (method as (...given: unknown[]) => Promise<unknown>).apply(store, given);
});
