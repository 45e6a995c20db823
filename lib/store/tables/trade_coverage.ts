import { type Connection, rowsOf } from "./connection.ts";
import type { DayDigests } from "./day_digests.ts";
import { COVERAGE } from "./table.ts";
import { TableRows } from "./table_rows.ts";

/** Trades before a time are gone: nothing covers them any more. */
export async function cutTradeCoverage(
  connection: Connection,
  instrument: number,
  to: number,
  digests: DayDigests,
): Promise<void> {
  const tables = new TableRows(connection, digests);
  for (const [from, end, state, reason] of await rowsOf(connection, COVERED, instrument, to)) {
    await tables.remove(COVERAGE, instrument, 0, from!);
    if (Number(end) <= to) continue;
    await tables.put(COVERAGE, instrument, 0, to, end!, state!, reason!);
    // It is to show the digest of its day.
    digests.of(instrument, 0, to);
  }
}

const COVERED = `select from_time, to_time, state, reason from coverage
  where instrument = ?1 and step = 0 and from_time < ?2`;
