import type { Database } from "../../runtime/database.ts";
import { DayDigests } from "../tables/day_digests.ts";
import { cutTradeCoverage } from "../tables/trade_coverage.ts";
import { nextTurn } from "../tables/turns.ts";
import { inTransaction } from "./in_transaction.ts";
import { connectionTo } from "./sqlite_connection.ts";

/** Trades deleted in one transaction. */
const PIECE = 1_000;
/** Free pages given back to the disk in one transaction. */
const PAGES = 200;

/** See `Store.dropTrades`. */
export async function dropTradesBefore(database: Database, before: number): Promise<number> {
  let dropped = 0;
  for (const [instrument] of database.prepare("select instrument from instruments").all()) {
    for (;;) {
      const rows = await inTransaction(
        database,
        () => dropPiece(database, Number(instrument), before),
      );
      dropped += rows;
      await nextTurn();
      if (rows < PIECE) break;
    }
  }
  await giveBackPages(database);
  return dropped;
}

async function dropPiece(database: Database, instrument: number, before: number): Promise<number> {
  const rows = database.prepare(OLDEST).all(instrument, before, PIECE);
  const connection = connectionTo(database);
  const digests = new DayDigests(connection);
  for (const row of rows) digests.of(instrument, 0, Number(row[0])).remove(row);
  const last = rows.at(-1);
  if (last !== undefined) database.prepare(DELETE).run(instrument, last[0]!, last[1]!);
  // What is gone is not covered any more: all before the oldest trade that is left of this piece.
  const to = rows.length < PIECE ? before : Number(last![0]);
  await cutTradeCoverage(connection, instrument, to, digests);
  await digests.flush();
  return rows.length;
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
