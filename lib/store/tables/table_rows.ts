import type { Cell } from "../../runtime/database_answer.ts";
import { type Connection, rowsOf } from "./connection.ts";
import type { DayDigests } from "./day_digests.ts";
import { findSql, putSql, removeSql, type Table } from "./table.ts";

/** Puts and removes rows of tables, and keeps their digests. */
export class TableRows {
  readonly #connection: Connection;
  readonly #digests: DayDigests;

  /** @param digests whoever writes flushes them at the end of the transaction. */
  constructor(connection: Connection, digests: DayDigests) {
    this.#connection = connection;
    this.#digests = digests;
  }

  /** Writes a row, or replaces the one of its keys. @returns false where it is there already, cell for cell */
  async put(table: Table, ...row: readonly Cell[]): Promise<boolean> {
    const old = await this.#find(table, row);
    if (old !== undefined && old.every((cell, i) => cell === row[i])) return false;
    if (old !== undefined) this.#sum(table).remove(old);
    await this.#connection.ask(putSql(table), ...row);
    this.#sum(table).add(row);
    return true;
  }

  /** Does nothing where there is no row of these keys. */
  async remove(table: Table, ...keys: readonly Cell[]): Promise<void> {
    const old = await this.#find(table, keys);
    if (old === undefined) return;
    this.#sum(table).remove(old);
    await this.#connection.ask(removeSql(table), ...keys);
  }

  async #find(table: Table, row: readonly Cell[]): Promise<readonly Cell[] | undefined> {
    const keys = row.slice(0, table.keys.length);
    const [found] = await rowsOf(this.#connection, findSql(table), ...keys);
    return found;
  }

  #sum({ step }: Table) {
    return this.#digests.of(0, step, 0);
  }
}
