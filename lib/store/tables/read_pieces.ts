import type { Cell } from "../../runtime/database_answer.ts";
import { type Connection, rowsOf } from "./connection.ts";
import { nextTurn } from "./turns.ts";

/** Rows read between two turns of the event loop: a few milliseconds. */
const PIECE = 2_000;

/** A query that is read page by page: by {@link values}, the place where the page starts, and the page's length. */
export interface Pages {
  readonly sql: string;
  readonly values: readonly Cell[];
  /** Where the first page starts. */
  readonly start: readonly Cell[];
  /** Where the next page starts, by the last row. */
  readonly nextOf: (row: readonly Cell[]) => readonly Cell[];
  /** Most rows in all. @default all */
  readonly limit?: number | undefined;
}

/** Gives every row to `take`; the event loop goes on between pieces. */
export async function readPieces(
  connection: Connection,
  { sql, values, start, nextOf, limit = Infinity }: Pages,
  take: (row: readonly Cell[]) => void | Promise<void>,
): Promise<void> {
  let place = start;
  for (let left = limit; left > 0;) {
    const length = Math.min(PIECE, left);
    const rows = await rowsOf(connection, sql, ...values, ...place, length);
    for (const row of rows) {
      const taking = take(row);
      if (taking !== undefined) await taking;
    }
    if (rows.length < length) return;
    left -= rows.length;
    place = nextOf(rows.at(-1)!);
    await nextTurn();
  }
}
