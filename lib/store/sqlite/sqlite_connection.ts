import type { Database } from "../../runtime/database.ts";
import type { Connection } from "../tables/connection.ts";

/** A connection to a file, or to what is in memory. */
export function connectionTo(database: Database): Connection {
  return {
    ask(sql, ...values) {
      const statement = database.prepare(sql);
      return { columns: statement.columns, rows: statement.all(...values) };
    },
  };
}
