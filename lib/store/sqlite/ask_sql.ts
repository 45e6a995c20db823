import { MarketError } from "../../model/errors.ts";
import { askDatabase, QueryLateError } from "../../runtime/ask_database.ts";
import { DatabaseError } from "../../runtime/database_error.ts";
import type { DatabaseFile } from "../../runtime/database_file.ts";
import { assertSqlOptions, lateRefusal } from "../sql_options.ts";
import { type SqlAnswer, type SqlOptions, USUAL_SQL } from "../store.ts";

/** Rows that are sorted or grouped lie there. */
const MOST_MEMORY = 1_000_000_000;

/** Asks a file somebody's query; see `StoreReader.sql`. */
export async function askSql(
  { path, hasLog }: Pick<DatabaseFile, "path" | "hasLog">,
  sql: string,
  options: SqlOptions = {},
): Promise<SqlAnswer> {
  const { limit, maxBytes, timeoutMs } = { ...USUAL_SQL, ...options };
  assertSqlOptions(options);
  try {
    const { columns, rows, cut } = await askDatabase({
      path,
      hasLog,
      sql,
      rows: limit,
      bytes: maxBytes,
      memory: MOST_MEMORY,
      timeoutMs,
    }, options.signal);
    return { columns, data: rows, isCut: cut !== undefined, cutBy: cut };
  } catch (error) {
    if (error instanceof QueryLateError) throw lateRefusal(timeoutMs, error);
    if (!(error instanceof DatabaseError) || error.fault !== "statement") throw error;
    throw new MarketError("not-sql", "configure", sentenceOf(error.message), { cause: error });
  }
}

function sentenceOf(message: string): string {
  if (message === "out of memory") {
    return "The query was ended: it needs more memory than a query may take. Ask for less at a time.";
  }
  const why = /not authorized|prohibited/.test(message)
    ? "it would do more than read this store"
    : message === "not an error"
    ? "there is no statement in it"
    : message;
  return `The query was not run: ${why}. Ask with one SELECT over instruments, bars, trades, coverage, alerts, ` +
    "deliveries, runs, contracts or meta.";
}
