/// <reference lib="deno.worker" />
import { DatabaseError } from "./database_error.ts";
import { openToRead } from "./open_to_read.ts";
import type { Query, QueryOutcome } from "./query.ts";

/** The thread of a query's process that is stopped for as long as the query takes. */
self.onmessage = ({ data }: MessageEvent<Query>) => self.postMessage(outcomeOf(data));

function outcomeOf({ path, hasLog, sql, rows, bytes, memory }: Query): QueryOutcome {
  try {
    const database = openToRead({ path, hasLog });
    // In memory, since nothing bounds what SQLite writes to temporary files.
    database.exec(`pragma temp_store = memory; pragma hard_heap_limit = ${memory}`);
    return { answer: database.ask(sql, { rows, bytes }) };
  } catch (error) {
    const { fault, message } = DatabaseError.of(error);
    return { fault, message };
  }
}
