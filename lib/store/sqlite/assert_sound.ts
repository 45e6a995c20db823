import type { Database } from "../../runtime/database.ts";
import { DatabaseError } from "../../runtime/database_error.ts";
import { TABLES } from "../tables/table.ts";
import { nextTurn } from "../tables/turns.ts";
import { BYTES } from "./file_size.ts";

/** A file of this size has all its pages looked at, in a quarter of a second. */
const WHOLE_BYTES = 32_000_000;
/** Rows read at the end of each series of a larger file, where a writer goes on. */
const END_ROWS = 1_000;

/**
 * Looks at the pages that a writer reads and changes first, so that a damaged file is refused before anything is
 * written to it: all of a small file; of a larger one every table but bars and trades, and the newest of those.
 *
 * @throws {DatabaseError} `damaged`.
 */
export async function assertSound(database: Database): Promise<void> {
  const isSmall = Number(database.prepare(BYTES).first()![0]) <= WHOLE_BYTES;
  if (isSmall) return assertPages(database, "pragma quick_check(1)");
  const present = new Set(database.prepare(TABLE_NAMES).all().map(([name]) => name));
  for (const name of ["digests", ...TABLES.map((table) => table.name)]) {
    if (present.has(name)) assertPages(database, `pragma quick_check('${name}')`);
    await nextTurn();
  }
  for (const [instrument] of database.prepare("select instrument from instruments").all()) {
    database.prepare(NEWEST_TRADES).all(instrument!, END_ROWS);
    await nextTurn();
    for (const [step] of database.prepare(STEPS).all(instrument!)) {
      database.prepare(NEWEST_BARS).all(instrument!, step!, END_ROWS);
      await nextTurn();
    }
  }
}

function assertPages(database: Database, check: string): void {
  const [text] = database.prepare(check).first()!;
  if (text !== "ok") throw new DatabaseError("damaged", String(text));
}

const TABLE_NAMES = "select name from sqlite_schema where type = 'table'";
const NEWEST_TRADES = "select * from trades where instrument = ?1 order by time desc limit ?2";
const NEWEST_BARS =
  "select * from bars where instrument = ?1 and step = ?2 order by open_time desc limit ?3";
/** Each step by one look into the index. */
const STEPS = `with recursive steps(step) as (select min(step) from bars where instrument = ?1
  union all select (select min(step) from bars where instrument = ?1 and step > steps.step) from steps
  where steps.step is not null) select step from steps where step is not null`;
