import { Database } from "../../runtime/database.ts";
import { fileHome } from "../sqlite/file_meta.ts";
import { migrate } from "../sqlite/migrate.ts";
import { connectionTo } from "../sqlite/sqlite_connection.ts";
import { sqliteOutside } from "../sqlite/sqlite_outside.ts";
import { SqliteStore } from "../sqlite/sqlite_store.ts";
import { openingMeta } from "../tables/purpose.ts";
import { TableReader } from "../tables/table_reader.ts";
import { OneByOne } from "../tables/turns.ts";
import type { Store } from "../store.ts";
import type { StoreOptions } from "../store_options.ts";

/** Opens a store that ends with its process: the tables of the file, in memory. */
export async function openMemoryStore(options: StoreOptions): Promise<Store> {
  const database = Database.open(":memory:");
  await migrate(database, 0);
  const turns = new OneByOne();
  const opened = await openingMeta(connectionTo(database), options, fileHome("memory"));
  const reader = new TableReader({
    connection: connectionTo(database),
    place: "memory",
    outside: sqliteOutside({ database, place: "memory", inTurn: (read) => turns.run(read) }),
    ...opened,
  });
  return SqliteStore.open({ database, reader, turns, options, release: () => {} });
}
