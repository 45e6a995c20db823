import { Database } from "./database.ts";
import { DatabaseError } from "./database_error.ts";
import type { DatabaseFile } from "./database_file.ts";

/** Opens a file to read; on a medium where nothing can be written, without the files that SQLite puts beside it. */
export function openToRead(file: Pick<DatabaseFile, "path" | "hasLog">): Database {
  const database = Database.open(file.path, { isReadOnly: true });
  try {
    database.prepare("select count(*) from sqlite_schema").first();
    return database;
  } catch (error) {
    database.close();
    const isFrozen = error instanceof DatabaseError && error.fault === "unreachable" &&
      !file.hasLog;
    if (!isFrozen) throw error;
    return Database.openFrozen(file.path);
  }
}
