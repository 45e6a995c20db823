import type { Cell, Rows } from "../../runtime/database_answer.ts";

/** What a statement answered. */
export interface TableAnswer {
  /** Names of the columns. */
  readonly columns: readonly string[];
  readonly rows: Rows;
}

/** What asks a database of a store: a file answers at once, a server later. */
export interface Connection {
  /**
   * Asks one statement in the dialect that SQLite and PostgreSQL share. Values are bound in the order of `?1`, `?2`, …;
   * an infinite number stands for the end of all times.
   */
  ask(sql: string, ...values: readonly Cell[]): TableAnswer | Promise<TableAnswer>;
}

/** The rows of an answer. */
export async function rowsOf(
  connection: Connection,
  sql: string,
  ...values: readonly Cell[]
): Promise<Rows> {
  return (await connection.ask(sql, ...values)).rows;
}
