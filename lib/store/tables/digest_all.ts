import type { Connection } from "./connection.ts";
import { DayDigests } from "./day_digests.ts";
import { DIGESTED } from "./digested_rows.ts";
import { readPieces } from "./read_pieces.ts";

/** Makes the digests of all rows there are, in the caller's transaction. */
export async function digestAll(connection: Connection): Promise<void> {
  const digests = new DayDigests(connection);
  for (const pages of DIGESTED) {
    await readPieces(connection, pages, (row) => {
      const [instrument, step, time] = row as number[];
      digests.of(instrument!, step!, time!).add(row.slice(3));
    });
  }
  await digests.flush();
}
