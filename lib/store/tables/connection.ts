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
  /**
   * Asks one statement with each of some rows of values, in their order, without waiting for an answer before the next:
   * where the way there and back costs more than the statement. @default one by one
   */
  askEach?(sql: string, each: readonly (readonly Cell[])[]): Promise<readonly TableAnswer[]>;
}

/** The rows of the answers to one statement with each of some rows of values. */
export async function rowsOfEach(
  connection: Connection,
  sql: string,
  each: readonly (readonly Cell[])[],
): Promise<readonly Rows[]> {
  if (connection.askEach !== undefined && each.length > 1) {
    return (await connection.askEach(sql, each)).map(({ rows }) => rows);
  }
  const all: Rows[] = [];
  for (const values of each) all.push(await rowsOf(connection, sql, ...values));
  return all;
}

/** The rows of an answer. */
export async function rowsOf(
  connection: Connection,
  sql: string,
  ...values: readonly Cell[]
): Promise<Rows> {
  return (await connection.ask(sql, ...values)).rows;
}
