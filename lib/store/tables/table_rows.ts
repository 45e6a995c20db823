import type { Cell } from "../../runtime/database_answer.ts";
import { type Connection, rowsOfEach } from "./connection.ts";
import type { DayDigests } from "./day_digests.ts";
import { findSql, putSql, removeSql, type Table } from "./table.ts";

/** What becomes of a row of known keys: what was there, and what is to be. Undefined is no row. */
export interface RowChange {
  readonly old: readonly Cell[] | undefined;
  readonly next: readonly Cell[] | undefined;
}

/** Puts and removes rows of tables, and keeps their digests. */
export class TableRows {
  readonly #connection: Connection;
  readonly #digests: DayDigests;

  /** @param digests whoever writes flushes them at the end of the transaction. */
  constructor(connection: Connection, digests: DayDigests) {
    this.#connection = connection;
    this.#digests = digests;
  }

  /** Writes a row, or replaces the one of its keys; leaves alone what is there already, cell for cell. */
  async put(table: Table, ...row: readonly Cell[]): Promise<void> {
    await this.putEach(table, [row]);
  }

  /** Writes rows as {@link put} does; of those that share their keys, the last. */
  async putEach(table: Table, rows: readonly (readonly Cell[])[]): Promise<void> {
    const keysOf = (row: readonly Cell[]) => row.slice(0, table.keys.length);
    const last = new Map(rows.map((row) => [JSON.stringify(keysOf(row)), row]));
    const wanted = [...last.values()];
    const found = await rowsOfEach(this.#connection, findSql(table), wanted.map(keysOf));
    await this.change(table, wanted.map((next, i) => ({ old: found[i]![0], next })));
  }

  /** Does nothing where there is no row of these keys. */
  async remove(table: Table, ...keys: readonly Cell[]): Promise<void> {
    const [found] = await rowsOfEach(this.#connection, findSql(table), [keys]);
    await this.change(table, [{ old: found![0], next: undefined }]);
  }

  /** Makes changes of rows that the caller has read, each of keys of its own. */
  async change(table: Table, changes: readonly RowChange[]): Promise<void> {
    const real = changes.filter(({ old, next }) => !isSame(old, next));
    if (real.length === 0) return;
    const sum = this.#digests.of(0, table.step, 0);
    const gone: (readonly Cell[])[] = [], put: (readonly Cell[])[] = [];
    for (const { old, next } of real) {
      if (old !== undefined) sum.remove(old);
      if (next !== undefined) sum.add(next);
      if (next !== undefined) put.push(next);
      else if (old !== undefined) gone.push(old.slice(0, table.keys.length));
    }
    await rowsOfEach(this.#connection, removeSql(table), gone);
    await rowsOfEach(this.#connection, putSql(table), put);
  }
}

function isSame(old: RowChange["old"], next: RowChange["next"]): boolean {
  return old === next || old !== undefined && next !== undefined &&
      old.every((cell, i) => cell === next[i]);
}
