import type { Database } from "../../runtime/database.ts";

/** Does all of some short work, or nothing of it. */
export function inTransaction<T>(database: Database, work: () => T): T {
  database.exec("begin immediate");
  try {
    const result = work();
    database.exec("commit");
    return result;
  } catch (error) {
    // A full disk has rolled it back already.
    if (database.isInTransaction) database.exec("rollback");
    throw error;
  }
}
