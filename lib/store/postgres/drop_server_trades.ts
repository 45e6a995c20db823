import { DAY, floorTo } from "../../model/time.ts";
import { type Connection, rowsOf } from "../tables/connection.ts";
import { DayDigests } from "../tables/day_digests.ts";
import { cutTradeCoverage } from "../tables/trade_coverage.ts";
import { isBefore } from "./partitions.ts";

/** Trades of the last day that are read at once, for its digest. */
const PIECE = 10_000;

/** See `Store.dropTrades`; in the caller's transaction. Whole days go by their digests, whole months by their partitions. */
export async function dropServerTrades(connection: Connection, before: number): Promise<number> {
  const digests = new DayDigests(connection);
  const today = floorTo(before, DAY);
  let dropped = 0;
  for (const [instrument] of await rowsOf(connection, "select instrument from instruments")) {
    const number = Number(instrument);
    const [whole] = await rowsOf(connection, DROP_DAYS, number, today);
    dropped += Number(whole![0]);
    await connection.ask(DROP_DIGESTS, number, today);
    for (let rows = PIECE; rows === PIECE; dropped += rows) {
      const gone = await rowsOf(connection, DROP_REST, number, today, before, PIECE);
      for (const row of gone) digests.of(number, 0, Number(row[0])).remove(row);
      rows = gone.length;
    }
    await cutTradeCoverage(connection, number, before, digests);
  }
  await digests.flush();
  await dropPartitions(connection, before);
  return dropped;
}

async function dropPartitions(connection: Connection, before: number): Promise<void> {
  for (const [name] of await rowsOf(connection, PARTITIONS)) {
    const partition = String(name);
    if (!isBefore(partition, before)) continue;
    const left = await rowsOf(connection, `select 1 from ${partition} limit 1`);
    if (left.length === 0) await connection.ask(`drop table ${partition}`);
  }
}

const DROP_DAYS = `with gone as (delete from trades where instrument = ?1 and time < ?2 returning 1)
  select count(*) from gone`;
const DROP_DIGESTS = "delete from digests where instrument = ?1 and step = 0 and day < ?2";
const DROP_REST = `with oldest as (select time, id from trades
    where instrument = ?1 and time >= ?2 and time < ?3 order by time, id limit ?4)
  delete from trades t using oldest where t.instrument = ?1 and t.time = oldest.time and t.id = oldest.id
  returning t.time, t.id, t.received, t.price, t.size, t.side`;
const PARTITIONS = `select relname from pg_class where relkind = 'r'
  and relnamespace = cast(current_schema() as regnamespace) and relname like 'trades\\_%'`;
