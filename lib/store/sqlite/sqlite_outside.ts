import type { Database } from "../../runtime/database.ts";
import type { DatabaseFile } from "../../runtime/database_file.ts";
import { withTempFile } from "../../runtime/temp_folder.ts";
import { MOST_FINDINGS } from "../store.ts";
import { storeRefusal } from "../store_refusal.ts";
import type { ReaderOutside } from "../tables/table_reader.ts";
import { askSql } from "./ask_sql.ts";
import { BYTES } from "./file_size.ts";
import { connectionTo } from "./sqlite_connection.ts";

/** What a reader of a SQLite database is opened on. */
export interface SqliteParts {
  readonly database: Database;
  readonly place: string;
  /** Opens one more connection, for long reads that see one moment. @default the one there is */
  readonly openAgain?: () => Database;
  /** The database's file, for queries in a process of their own. @default a copy of the database */
  readonly file?: Pick<DatabaseFile, "path" | "hasLog">;
  /** Runs each read; for a connection that is shared with a writer. @default at once */
  readonly inTurn?: <T>(read: () => Promise<T>) => Promise<T>;
}

/** How a reader of tables does in SQLite what each database does in its own way. */
export function sqliteOutside(parts: SqliteParts): ReaderOutside {
  const { database, place, openAgain, file, inTurn } = parts;
  const guarded = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      throw storeRefusal(`The store ${place} cannot be read`, error);
    }
  };
  return {
    bytes: () => Promise.resolve(Number(database.prepare(BYTES).first()![0])),
    damage: () => Promise.resolve(damageOf(database)),
    refusal: storeRefusal,
    close: () => database.close(),
    ...(inTurn === undefined ? {} : { inTurn }),
    async alone(read) {
      if (openAgain === undefined) return await read(connectionTo(database));
      const other = openAgain();
      try {
        other.exec("begin");
        return await read(connectionTo(other));
      } finally {
        other.close();
      }
    },
    sql(statement, options) {
      if (file !== undefined) return guarded(() => askSql(file, statement, options));
      // What is in memory is asked as a copy of now.
      return withTempFile("store.db", async (path) => {
        await (inTurn ?? guarded)(() => guarded(() => database.copyTo(path)));
        return await guarded(() => askSql({ path, hasLog: false }, statement, options));
      });
    },
  };
}

function damageOf(database: Database): string[] {
  return database.prepare(`pragma quick_check(${MOST_FINDINGS})`).all()
    .filter(([text]) => text !== "ok")
    .map(([text]) => `a page is damaged: ${text}`);
}
