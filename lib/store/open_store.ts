import { processId } from "../runtime/host_name.ts";
import { databaseUrlFault } from "../model/database_url.ts";
import { whoIs } from "./store_refusal.ts";
import type { Store, StoreReader } from "./store.ts";
import {
  type ReaderOptions,
  STORE_KINDS,
  type StoreKind,
  type StoreOptions,
  type StoreTarget,
} from "./store_options.ts";

/** Each is loaded where it is used: a market without a store starts without any. */
const WRITERS: Readonly<Record<StoreKind, (options: StoreOptions) => Promise<Store>>> = {
  memory: async (options) =>
    await (await import("./memory/memory_store.ts")).openMemoryStore(options),
  sqlite: async (options) =>
    await (await import("./sqlite/open_sqlite.ts")).openSqliteStore(options),
  postgres: async (options) =>
    await (await import("./postgres/open_postgres.ts")).openPostgresStore({
      ...options,
      url: assertUrl(options.url),
    }),
};

/**
 * Opens a store to write to; one of older schema is first copied, then migrated.
 *
 * @throws {RangeError} for a kind of store that there is none of, or a path that is missing.
 * @throws {MarketError} saying what, why and what next: `store-held` by another writer, `store-kind` and
 * `store-market` of other data, `store-newer`, `store-foreign`, `store-damaged`, `store-read-only`,
 * `store-unreachable`, `store-full`. The file is left as it is.
 *
 * @example
 * ```ts
 * import { openStore } from "./open_store.ts";
 * import assert from "node:assert/strict";
 * const store = await openStore({ kind: "memory", dataKind: "simulated" });
 * const coin = { id: "BTCUSDT", venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" } as const;
 * await store.write({ instruments: [coin] });
 * assert.deepEqual(await store.instruments(), [coin]);
 * await store.close();
 * ```
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { kind, path } = options;
  if (!STORE_KINDS.includes(kind)) {
    throw new RangeError(`a store's kind must be one of ${STORE_KINDS.join(", ")}, got ${kind}`);
  }
  if (kind === "sqlite" && !path) throw new RangeError("a store of kind sqlite needs a path");
  return await WRITERS[kind](options);
}

/**
 * Opens a store to read, beside its writer and other readers; never makes or changes the file.
 *
 * @throws {MarketError} as {@link openStore}, and `no-store` where there is none, `store-older` where a writer has to
 * migrate it first.
 */
export async function openStoreReader(options: ReaderOptions): Promise<StoreReader> {
  const { kind } = options;
  if (kind === "postgres") {
    assertUrl(options.url);
    return await (await import("./postgres/open_postgres.ts")).openPostgresReader(options);
  }
  if (kind !== "sqlite") {
    throw new RangeError(
      `only stores of kind sqlite and postgres have readers of their own, got ${kind}`,
    );
  }
  if (!options.path) throw new RangeError("a store of kind sqlite needs a path");
  return await (await import("./sqlite/open_sqlite.ts")).openSqliteReader(options);
}

/** @throws {RangeError} The address itself may hold a password, and is not shown. */
function assertUrl(url: string | undefined): string {
  const fault = databaseUrlFault(url ?? "");
  if (fault === undefined) return url!;
  throw new RangeError(`the url of a store of kind postgres must ${fault}`);
}

/**
 * Who writes to a store now: `process 12 on desk, since 2026-01-26 23:00:00 UTC`; undefined where nobody does.
 *
 * @throws {MarketError} `store-unreachable`.
 */
export async function storeWriter(target: StoreTarget): Promise<string | undefined> {
  if (target.kind === "postgres") {
    return await (await import("./postgres/open_postgres.ts")).postgresWriter(target.url);
  }
  const writer = await (await import("./sqlite/open_sqlite.ts")).writerOf(target.path);
  if (writer === undefined) return undefined;
  return writer === "unknown" ? "another process" : whoIs(writer, processId());
}
