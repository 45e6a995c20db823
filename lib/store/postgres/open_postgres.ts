import { MarketError } from "../../model/errors.ts";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import { hostName, processId } from "../../runtime/host_name.ts";
import type { Store, StoreReader } from "../store.ts";
import type { PostgresReaderOptions, StoreOptions } from "../store_options.ts";
import { readMeta } from "../tables/meta.ts";
import { assertPurpose, openingMeta, type StoreHome } from "../tables/purpose.ts";
import { SCHEMA } from "../tables/schema_number.ts";
import { TableReader } from "../tables/table_reader.ts";
import { PostgresClient } from "./postgres_client.ts";
import { metaOfServer, migrateServer } from "./postgres_migrate.ts";
import { postgresOutside } from "./postgres_outside.ts";
import { postgresRefusal } from "./postgres_refusal.ts";
import { PostgresStore } from "./postgres_store.ts";
import { placeOfUrl } from "../../model/database_url.ts";
import { lockMigration, writerAt, WriterLock } from "./writer_lock.ts";

/** Most connections of one reader: a long read, a query of somebody, and what is quick. */
const MOST_READING = 4;

/** Opens a database of a server to write to; see `openStore`. */
export async function openPostgresStore(
  options: StoreOptions & { readonly url: string },
): Promise<Store> {
  const { url } = options;
  const place = placeOfUrl(url);
  const home = homeOf(place);
  // One connection, so that the lock of the writer and all it writes are of one session.
  const writing = new PostgresClient(url, { most: 1, name: nameOf("writer") });
  const reading = new PostgresClient(url, { most: MOST_READING, name: nameOf("reader") });
  try {
    const lock = new WriterLock(place);
    const opened = await writing.transaction(async (sql) => {
      await lock.hold(sql);
      await lockMigration(sql);
      const meta = await metaOfServer(sql, place);
      if (meta !== undefined) assertPurpose(meta, options, home);
      await migrateServer(sql, meta?.schema ?? 0);
      return await openingMeta(sql, options, home);
    });
    const reader = readerOf(reading, options, opened);
    return await PostgresStore.open({ client: writing, lock, reader, options });
  } catch (error) {
    await Promise.all([writing.end(), reading.end()]);
    throw postgresRefusal(`The store ${place} cannot be opened`, error);
  }
}

/** Opens a database of a server to read; see `openStoreReader`. */
export async function openPostgresReader(options: PostgresReaderOptions): Promise<StoreReader> {
  const { url, dataKind } = options;
  const place = placeOfUrl(url);
  const client = new PostgresClient(url, { most: MOST_READING, name: nameOf("reader") });
  try {
    const meta = await metaOfServer(client, place);
    if (meta === undefined) throw noStore(place);
    if (meta.schema < SCHEMA) throw olderStore(place, meta.schema);
    assertPurpose(meta, dataKind === undefined ? {} : { dataKind }, homeOf(place));
    const { schema, market } = (await readMeta(client))!;
    return readerOf(client, options, {
      schema,
      market,
      dataKind: meta.dataKind ?? dataKind ?? "live",
    });
  } catch (error) {
    await client.end();
    throw postgresRefusal(`The store ${place} cannot be opened`, error);
  }
}

/** Who writes to a database now; undefined where nobody does. */
export async function postgresWriter(url: string): Promise<string | undefined> {
  const client = new PostgresClient(url, { most: 1, name: nameOf("reader") });
  try {
    return await writerAt(client);
  } catch (error) {
    throw postgresRefusal(`The store ${placeOfUrl(url)} cannot be read`, error);
  } finally {
    await client.end();
  }
}

function readerOf(
  client: PostgresClient,
  { url, clock = systemClock }: { readonly url: string; readonly clock?: Clock },
  opened: Pick<ConstructorParameters<typeof TableReader>[0], "schema" | "dataKind" | "market">,
): TableReader {
  const place = placeOfUrl(url);
  return new TableReader({
    ...opened,
    connection: client,
    place,
    outside: postgresOutside(client, { url, place, clock }),
  });
}

/** `comove writer 12 on desk`: what the server's list of connections shows, 63 characters at most. */
function nameOf(role: string): string {
  return `comove ${role} ${processId()} on ${hostName() ?? "unknown"}`.slice(0, 63);
}

function homeOf(place: string): StoreHome {
  return {
    place,
    what: "database",
    otherKind: "Name another database in store.url.",
    otherMarket: "Name another database in store.url, or drop the tables of this one.",
  };
}

function noStore(place: string): MarketError {
  return new MarketError(
    "no-store",
    "configure",
    `There is no store in ${place}. A stream with store.kind: postgres makes one, and so do ` +
      "`deno task store fetch` and `deno task store import`; or name another database in store.url.",
  );
}

function olderStore(place: string, schema: number): MarketError {
  return new MarketError(
    "store-older",
    "configure",
    `The store ${place} was written by an older version of Comove: its schema is ${schema}, and this version reads ` +
      `${SCHEMA}. A stream, fetch or import migrates it; reading alone changes nothing.`,
  );
}
