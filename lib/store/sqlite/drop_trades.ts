import type { Database } from "../../runtime/database.ts";
import { DayDigests } from "./day_digests.ts";
import { inTransaction } from "./in_transaction.ts";
import { COVERAGE, TableRows } from "./table_rows.ts";
import { nextTurn } from "./turns.ts";

/** Trades deleted in one transaction. */
const PIECE = 1_000;
/** Free pages given back to the disk in one transaction. */
const PAGES = 200;

/** See `Store.dropTrades`. */
export async function dropTradesBefore(database: Database, before: number): Promise<number> {
  let dropped = 0;
  for (const [instrument] of database.prepare("select instrument from instruments").all()) {
    for (;;) {
      const rows = inTransaction(database, () => dropPiece(database, Number(instrument), before));
      dropped += rows;
      await nextTurn();
      if (rows < PIECE) break;
    }
  }
  await giveBackPages(database);
  return dropped;
}

function dropPiece(database: Database, instrument: number, before: number): number {
  const rows = database.prepare(OLDEST).all(instrument, before, PIECE);
  const digests = new DayDigests(database);
  for (const row of rows) digests.of(instrument, 0, Number(row[0])).remove(row);
  const last = rows.at(-1);
  if (last !== undefined) database.prepare(DELETE).run(instrument, last[0]!, last[1]!);
  // What is gone is not covered any more: all before the oldest trade that is left of this piece.
  const to = rows.length < PIECE ? before : Number(last![0]);
  cutCoverage(database, instrument, to, digests);
  for (const _ of digests.flush());
  return rows.length;
}

function cutCoverage(database: Database, instrument: number, to: number, digests: DayDigests) {
  const tables = new TableRows(database, digests);
  for (const [from, end, state, reason] of database.prepare(COVERED).all(instrument, to)) {
    tables.remove(COVERAGE, instrument, 0, from!);
    if (Number(end) <= to) continue;
    tables.put(COVERAGE, instrument, 0, to, end!, state!, reason!);
    // It is to show the digest of its day.
    digests.of(instrument, 0, to);
  }
}

/** The file becomes smaller where it was made with `auto_vacuum`; elsewhere this does nothing. */
async function giveBackPages(database: Database): Promise<void> {
  const free = () => Number(database.prepare("pragma freelist_count").first()![0]);
  for (let left = free(); left > 0;) {
    database.prepare(`pragma incremental_vacuum(${PAGES})`).all();
    await nextTurn();
    const now = free();
    if (now >= left) return;
    left = now;
  }
}

const OLDEST = `select time, id, received, price, size, side from trades
  where instrument = ?1 and time < ?2 order by time, id limit ?3`;
const DELETE = "delete from trades where instrument = ?1 and (time, id) <= (?2, ?3)";
const COVERED = `select from_time, to_time, state, reason from coverage
  where instrument = ?1 and step = 0 and from_time < ?2`;
