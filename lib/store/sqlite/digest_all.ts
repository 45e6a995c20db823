import type { Database } from "../../runtime/database.ts";
import { DayDigests } from "./day_digests.ts";
import { DIGESTED } from "./digested_rows.ts";
import { readPieces } from "./read_pieces.ts";
import { nextTurn } from "./turns.ts";

/** Makes the digests of all rows there are, in the caller's transaction. */
export async function digestAll(database: Database): Promise<void> {
  const digests = new DayDigests(database);
  for (const pages of DIGESTED) {
    await readPieces(database, pages, (row) => {
      const [instrument, step, time] = row as number[];
      digests.of(instrument!, step!, time!).add(row.slice(3));
    });
  }
  for (const _ of digests.flush()) await nextTurn();
}
