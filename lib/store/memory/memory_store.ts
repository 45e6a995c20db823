import { Database } from "../../runtime/database.ts";
import { openingMeta } from "../sqlite/file_meta.ts";
import { migrate } from "../sqlite/migrate.ts";
import { OneByOne } from "../sqlite/turns.ts";
import { SqliteReader } from "../sqlite/sqlite_reader.ts";
import { SqliteStore } from "../sqlite/sqlite_store.ts";
import type { Store } from "../store.ts";
import type { StoreOptions } from "../store_options.ts";

/** Opens a store that ends with its process: the tables of the file, in memory. */
export async function openMemoryStore(options: StoreOptions): Promise<Store> {
  const database = Database.open(":memory:");
  await migrate(database, 0);
  const turns = new OneByOne();
  const reader = new SqliteReader({
    database,
    place: "memory",
    inTurn: (read) => turns.run(read),
    ...openingMeta(database, options, "memory"),
  });
  return SqliteStore.open({ database, reader, turns, options, release: () => {} });
}
