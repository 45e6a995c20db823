import type { Database } from "../../runtime/database.ts";
import { MIGRATIONS } from "./schema.ts";
import { connectionTo } from "./sqlite_connection.ts";
import { digestAll } from "../tables/digest_all.ts";
import { writeMeta } from "../tables/meta.ts";

/**
 * Brings a database from a schema to the newest, in one transaction.
 *
 * @param from 0 for a database without tables.
 */
export async function migrate(database: Database, from: number): Promise<void> {
  const steps = MIGRATIONS.filter(({ to }) => to > from);
  if (steps.length === 0) return;
  database.exec("begin immediate");
  try {
    for (const { sql } of steps) database.exec(sql);
    const schema = String(steps.at(-1)!.to), connection = connectionTo(database);
    if (steps.some(({ needsDigests = false }) => needsDigests)) {
      database.prepare(VERSION).run(schema);
      // Of every table of the newest schema.
      await digestAll(connection);
    } else await writeMeta(connection, { schema });
    database.exec("commit");
  } catch (error) {
    if (database.isInTransaction) database.exec("rollback");
    throw error;
  }
}

const VERSION = `insert into meta values ('schema', ?1)
  on conflict (key) do update set value = excluded.value`;
