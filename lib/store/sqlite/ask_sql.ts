import { MarketError } from "../../model/errors.ts";
import type { Database } from "../../runtime/database.ts";
import { DatabaseError } from "../../runtime/database_error.ts";
import type { SqlAnswer } from "../store.ts";

const MOST_ROWS = 100_000;

/** Asks somebody's query; see `StoreReader.sql`. */
export function askSql(database: Database, sql: string, limit = MOST_ROWS): SqlAnswer {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST_ROWS) {
    throw new RangeError(`limit must be a whole number from 1 to ${MOST_ROWS}, got ${limit}`);
  }
  try {
    const { columns, rows } = database.ask(sql, limit + 1);
    return { columns, data: rows.slice(0, limit), isCut: rows.length > limit };
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.fault !== "statement") throw error;
    throw new MarketError("not-sql", "configure", sentenceOf(error.message), { cause: error });
  }
}

function sentenceOf(message: string): string {
  const why = /not authorized|prohibited/.test(message)
    ? "it would do more than read this store"
    : message === "not an error"
    ? "there is no statement in it"
    : message;
  return `The query was not run: ${why}. Ask with one SELECT over instruments, bars, trades, coverage, alerts, ` +
    "deliveries, runs, contracts or meta.";
}
