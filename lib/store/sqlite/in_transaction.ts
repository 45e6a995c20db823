import type { Database } from "../../runtime/database.ts";

/** Does all of some short work, or nothing of it. */
export async function inTransaction<T>(
  database: Database,
  work: () => T | Promise<T>,
): Promise<T> {
  database.exec("begin immediate");
  try {
    const result = await work();
    database.exec("commit");
    return result;
  } catch (error) {
    // A full disk has rolled it back already.
    if (database.isInTransaction) database.exec("rollback");
    throw error;
  }
}
