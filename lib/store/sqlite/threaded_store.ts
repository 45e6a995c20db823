import { MarketError } from "../../model/errors.ts";
import { type Beside, Thread } from "../../runtime/thread.ts";
import type { RangeQuery, SqlOptions, Store, StoreBatch } from "../store.ts";
import type { StoreOptions } from "../store_options.ts";

/** A file says nothing by itself. */
type Calls = Omit<Store, "onRows">;

/** What can be called of a store in another thread. */
type Method = {
  [Name in keyof Calls]: Calls[Name] extends (...values: never[]) => Promise<unknown> ? Name
    : never;
}[keyof Calls];
type Result<Name extends Method> = ReturnType<Calls[Name]>;

/**
 * Opens a SQLite store in a thread of its own: neither a commit nor a long read keeps the event loop from feeds and
 * panels. Its clock is the machine's, whatever is given: a clock cannot be sent.
 *
 * @throws as `openStore`.
 */
export async function openThreadedStore({ clock: _, ...options }: StoreOptions): Promise<Store> {
  const thread = new Thread(new URL("./store_thread.ts", import.meta.url));
  try {
    const opened = await thread.call("open", [options]);
    return new ThreadedStore(
      thread,
      opened as Pick<Store, "dataKind" | "market" | "place">,
    );
  } catch (error) {
    thread.end();
    throw error;
  }
}

/** A store in another thread; each call is a message there and one back. */
class ThreadedStore implements Store {
  readonly dataKind: Store["dataKind"];
  readonly market: Store["market"];
  readonly place: string;
  readonly #thread: Thread;
  #closing: Promise<void> | undefined;

  constructor(
    thread: Thread,
    { dataKind, market, place }: Pick<Store, "dataKind" | "market" | "place">,
  ) {
    this.#thread = thread;
    this.dataKind = dataKind;
    this.market = market;
    this.place = place;
  }

  write(...batches: readonly StoreBatch[]) {
    return this.#call("write", batches);
  }

  dropTrades(before: number) {
    return this.#call("dropTrades", [before]);
  }

  flush() {
    return this.#call("flush");
  }

  instruments() {
    return this.#call("instruments");
  }

  bars(query: RangeQuery & { readonly stepMs: number }) {
    return this.#call("bars", [query]);
  }

  contracts(instrument: string) {
    return this.#call("contracts", [instrument]);
  }

  trades(query: RangeQuery & { readonly afterId?: number }) {
    return this.#call("trades", [query]);
  }

  tradeBars(query: RangeQuery & { readonly stepMs: number }) {
    return this.#call("tradeBars", [query]);
  }

  fundings(query: RangeQuery) {
    return this.#call("fundings", [query]);
  }

  coverage(query: RangeQuery & { readonly stepMs: number }) {
    return this.#call("coverage", [query]);
  }

  alerts(query?: { readonly from?: number; readonly to?: number }) {
    return this.#call("alerts", [query]);
  }

  deliveries() {
    return this.#call("deliveries");
  }

  runs() {
    return this.#call("runs");
  }

  note(name: string) {
    return this.#call("note", [name]);
  }

  info() {
    return this.#call("info");
  }

  check(onProgress?: (share: number) => void) {
    return this.#call("check", [], { onProgress });
  }

  sql(statement: string, { signal, ...options }: SqlOptions = {}) {
    return this.#call("sql", [statement, options], { signal });
  }

  close(): Promise<void> {
    return this.#closing ??= this.#call("close").finally(() => this.#thread.end());
  }

  #call<Name extends Method>(
    name: Name,
    values: readonly unknown[] = [],
    beside?: Beside,
  ): Result<Name> {
    if (this.#closing === undefined || name === "close") {
      return this.#thread.call(name, values, beside) as Result<Name>;
    }
    const closed = new MarketError(
      "store-closed",
      "give-up",
      `The store ${this.place} is closed. Open it again.`,
    );
    return Promise.reject(closed) as Result<Name>;
  }
}
