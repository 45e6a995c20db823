import { MarketError } from "../../model/errors.ts";
import { askDatabase, QueryLateError } from "../../runtime/ask_database.ts";
import { DatabaseError } from "../../runtime/database_error.ts";
import type { DatabaseFile } from "../../runtime/database_file.ts";
import { type SqlAnswer, type SqlOptions, USUAL_SQL } from "../store.ts";

const MOST_ROWS = 100_000;
const MOST_BYTES = 256_000_000;
/** Rows that are sorted or grouped lie there. */
const MOST_MEMORY = 1_000_000_000;
/** A day. */
const LONGEST_MS = 86_400_000;

/** Asks a file somebody's query; see `StoreReader.sql`. */
export async function askSql(
  { path, hasLog }: Pick<DatabaseFile, "path" | "hasLog">,
  sql: string,
  options: SqlOptions = {},
): Promise<SqlAnswer> {
  const { limit, maxBytes, timeoutMs } = { ...USUAL_SQL, ...options };
  assertWhole("limit", limit, MOST_ROWS);
  assertWhole("maxBytes", maxBytes, MOST_BYTES);
  assertWhole("timeoutMs", timeoutMs, LONGEST_MS);
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

function assertWhole(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new RangeError(`${name} must be a whole number from 1 to ${most}, got ${value}`);
}

function lateRefusal(timeoutMs: number, cause: unknown): MarketError {
  return new MarketError(
    "sql-timeout",
    "configure",
    `The query was ended after ${
      timeoutMs / 1_000
    } s, and nothing of it is answered. Ask for a shorter time or one ` +
      "instrument, see that it has an end, or give it longer.",
    { cause },
  );
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
