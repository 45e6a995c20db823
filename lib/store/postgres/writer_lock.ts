import { MarketError } from "../../model/errors.ts";
import { type Connection, rowsOf } from "../tables/connection.ts";

/** `COMV`: the first half of the lock that a writer holds for as long as its connection lasts. */
const WRITER = 0x434f4d56;
/** Of the lock that is held while tables are made. */
const MIGRATION = 0x434f4d57;

/**
 * The lock of a store's one writer. It ends with its connection, so it is asked for again by every new one: another
 * process may have become the writer meanwhile.
 */
export class WriterLock {
  readonly #place: string;
  /** The connection's process at the server that holds it. */
  #backend = NaN;

  constructor(place: string) {
    this.#place = place;
  }

  /** Sees that this connection holds the lock, and takes it where it is new. @throws {MarketError} `store-held` */
  async hold(connection: Connection): Promise<void> {
    const [row] = await rowsOf(connection, HOLD, this.#backend || 0, WRITER);
    const [backend, isHeld] = row!;
    if (isHeld !== 1) throw await this.#refusal(connection);
    this.#backend = Number(backend);
  }

  async #refusal(connection: Connection): Promise<MarketError> {
    const who = await writerAt(connection) ?? "another process";
    return new MarketError(
      "store-held",
      "retry",
      `The store ${this.#place} has a writer: ${who}. A store has one writer and any number of readers: stop that ` +
        "one, open it to read only, or name another database in store.url.",
    );
  }
}

/** Who holds the lock of the writer: `comove writer 12 on desk, since 2026-01-26 23:00:00 UTC`; undefined where nobody does. */
export async function writerAt(connection: Connection): Promise<string | undefined> {
  const [row] = await rowsOf(connection, HOLDER, WRITER);
  return row === undefined ? undefined : String(row[0]);
}

/** Waits until nobody else makes tables; until the end of the transaction. */
export async function lockMigration(connection: Connection): Promise<void> {
  await rowsOf(connection, MIGRATE, MIGRATION);
}

const HOLD = `select pg_backend_pid(), case when pg_backend_pid() = cast(?1 as integer) then 1
  when pg_try_advisory_lock(cast(?2 as integer), cast(cast(current_schema() as regnamespace) as integer)) then 1
  else 0 end`;
const HOLDER = `select application_name || ', since ' || to_char(backend_start at time zone 'utc',
  'YYYY-MM-DD HH24:MI:SS "UTC"') from pg_locks join pg_stat_activity using (pid)
  where locktype = 'advisory' and classid = cast(?1 as bigint) and granted
  and objid = cast(current_schema() as regnamespace)
  and pg_locks.database = (select oid from pg_database where datname = current_database())`;
const MIGRATE = `select 1 from (select pg_advisory_xact_lock(cast(?1 as integer),
  cast(cast(current_schema() as regnamespace) as integer))) locked`;
