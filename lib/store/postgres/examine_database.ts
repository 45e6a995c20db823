import type { Clock } from "../../runtime/clock.ts";
import { placeOfUrl } from "../../model/database_url.ts";
import { type Connection, rowsOf } from "../tables/connection.ts";
import { PostgresClient } from "./postgres_client.ts";
import { NAMES } from "./postgres_migrate.ts";
import { postgresRefusal } from "./postgres_refusal.ts";

/** What a server reports of itself and of a database; what it does not report is undefined. */
export interface DatabaseFacts {
  /** `15.18`, with what the packager adds. */
  readonly version: string;
  /** 150018 */
  readonly versionNumber: number;
  /** `UTF8` */
  readonly encoding: string;
  /** A standby, or a database that was set to be read only. */
  readonly isReadOnly: boolean;
  readonly connections: { readonly used: number; readonly most: number };
  /** False where a power cut may take what was acknowledged. */
  readonly isDurable: boolean;
  readonly rights: DatabaseRights;
  /** Server's clock minus this machine's, ms, and how far off that may be. */
  readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number };
  readonly bytes: number;
  /** Folder of its data, where this user may know it. */
  readonly folder: string | undefined;
}

/** What the user of a connection may do in the schema where a store lies, or would. */
export interface DatabaseRights {
  readonly user: string;
  /** Undefined where the user may use none. */
  readonly schema: string | undefined;
  readonly mayCreate: boolean;
  /** Tables of the store that are there already, and what the user may not do with them. */
  readonly tables: number;
  readonly notReadable: readonly string[];
  /** A writer makes partitions, which only owners may. */
  readonly notOwned: readonly string[];
}

/**
 * Asks a server what a doctor wants to know; changes nothing.
 *
 * @throws {MarketError} where it cannot be reached or asked, saying why and what next.
 */
export async function examineDatabase(url: string, clock: Clock): Promise<DatabaseFacts> {
  const client = new PostgresClient(url, { most: 1, name: "comove doctor" });
  try {
    const [state] = await rowsOf(client, STATE);
    const [version, number, encoding, isReadOnly, used, most, isDurable, bytes, folder] = state!;
    return {
      version: String(version),
      versionNumber: Number(number),
      encoding: String(encoding),
      isReadOnly: isReadOnly === 1,
      connections: { used: Number(used), most: Number(most) },
      isDurable: isDurable === 1,
      rights: await rightsOf(client),
      clock: await clockOf(client, clock),
      bytes: Number(bytes),
      folder: folder === null ? undefined : String(folder),
    };
  } catch (error) {
    throw postgresRefusal(`The store ${placeOfUrl(url)} cannot be examined`, error);
  } finally {
    await client.end();
  }
}

async function rightsOf(connection: Connection): Promise<DatabaseRights> {
  const [own] = await rowsOf(connection, OWN_RIGHTS);
  const [user, schema, mayCreate] = own!;
  const tables = await rowsOf(connection, TABLE_RIGHTS);
  const named = (rows: typeof tables) => rows.map(([name]) => String(name));
  return {
    user: String(user),
    schema: schema === null ? undefined : String(schema),
    mayCreate: mayCreate === 1,
    tables: tables.length,
    notReadable: named(tables.filter(([, mayRead]) => mayRead !== 1)),
    notOwned: named(tables.filter(([, , owns]) => owns !== 1)),
  };
}

/** The quickest of some questions says best what the time is there. */
async function clockOf(connection: Connection, clock: Clock): Promise<DatabaseFacts["clock"]> {
  let best = { offsetMs: NaN, uncertaintyMs: Infinity };
  for (let asked = 0; asked < CLOCK_QUESTIONS; asked++) {
    const from = clock.monotonic();
    const [row] = await rowsOf(connection, TIME);
    const uncertaintyMs = (clock.monotonic() - from) / 2;
    if (uncertaintyMs >= best.uncertaintyMs) continue;
    best = { offsetMs: Number(row![0]) - (clock.now() - uncertaintyMs), uncertaintyMs };
  }
  return best;
}

const CLOCK_QUESTIONS = 3;
const TIME = "select cast(extract(epoch from clock_timestamp()) * 1000 as double precision)";
/** `pg_settings` leaves out what the user may not know; `current_setting` would fail. */
const STATE = `select current_setting('server_version'),
  cast(current_setting('server_version_num') as integer), current_setting('server_encoding'),
  pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on',
  (select count(*) from pg_stat_activity where backend_type = 'client backend'),
  cast(current_setting('max_connections') as integer)
    - cast(current_setting('superuser_reserved_connections') as integer),
  current_setting('fsync') = 'on' and current_setting('synchronous_commit') <> 'off',
  pg_database_size(current_database()),
  (select setting from pg_settings where name = 'data_directory')`;
const OWN_RIGHTS = `select current_user, current_schema(),
  coalesce(has_schema_privilege(current_schema(), 'create'), false)`;
const TABLE_RIGHTS = `select relname, has_table_privilege(oid, 'select'),
  pg_has_role(relowner, 'usage') from pg_class
  where relnamespace = cast(current_schema() as regnamespace) and relkind in ('r', 'p')
  and relname in (${NAMES.map((name) => `'${name}'`)})
  order by relname`;
