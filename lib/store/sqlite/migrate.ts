import type { Database } from "../../runtime/database.ts";
import { MIGRATIONS } from "./schema.ts";
import { connectionTo } from "./sqlite_connection.ts";
import { digestAll } from "../tables/digest_all.ts";

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
    for (const { to, sql, needsDigests = false } of steps) {
      database.exec(sql);
      database.prepare(VERSION).run(String(to));
      if (needsDigests) await digestAll(connectionTo(database));
    }
    database.exec("commit");
  } catch (error) {
    if (database.isInTransaction) database.exec("rollback");
    throw error;
  }
}

const VERSION = `insert into meta values ('schema', ?1)
  on conflict (key) do update set value = excluded.value`;
