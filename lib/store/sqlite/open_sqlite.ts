import { MarketError } from "../../model/errors.ts";
import { systemClock } from "../../runtime/clock.ts";
import { Database } from "../../runtime/database.ts";
import { diskReason, isDiskError } from "../../runtime/disk_error.ts";
import { type FileLock, lockFile, lockHolder } from "../../runtime/file_lock.ts";
import { openToRead } from "../../runtime/open_to_read.ts";
import { hostName, processId } from "../../runtime/host_name.ts";
import { type DatabaseFile, databaseFile } from "../../runtime/database_file.ts";
import type { Store, StoreReader } from "../store.ts";
import type { FileReaderOptions, StoreOptions } from "../store_options.ts";
import { heldRefusal, storeRefusal, type WriterNote } from "../store_refusal.ts";
import type { Meta } from "../tables/meta.ts";
import { assertPurpose, openingMeta, type Purpose } from "../tables/purpose.ts";
import { TableReader } from "../tables/table_reader.ts";
import { OneByOne } from "../tables/turns.ts";
import { assertSound } from "./assert_sound.ts";
import { fileHome, metaOf } from "./file_meta.ts";
import { inTransaction } from "./in_transaction.ts";
import { migrate } from "./migrate.ts";
import { SCHEMA } from "./schema.ts";
import { connectionTo } from "./sqlite_connection.ts";
import { sqliteOutside } from "./sqlite_outside.ts";
import { SqliteStore } from "./sqlite_store.ts";

/** Opens a file to write to; see `openStore`. */
export async function openSqliteStore(options: StoreOptions): Promise<Store> {
  const place = options.path!;
  const file = await fileAt(place);
  const lock = lockOf(file, options);
  try {
    return await withRefusals(place, () => openWriter(file, options, () => lock.release()));
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Opens a file to read; see `openStoreReader`. */
export async function openSqliteReader(
  { path, dataKind }: FileReaderOptions,
): Promise<StoreReader> {
  const file = await fileAt(path);
  if (!file.exists) throw noStore(path);
  return await withRefusals(path, async () => {
    const database = openToRead(file);
    try {
      const meta = await metaOf(database, path);
      if (meta === undefined) throw noStore(path);
      if (meta.schema < SCHEMA) throw olderStore(path, meta);
      assertPurpose(meta, dataKind === undefined ? {} : { dataKind }, fileHome(path));
      const kind = meta.dataKind ?? dataKind ?? "live";
      const { market, schema } = meta;
      const openAgain = () => openToRead(file);
      return new TableReader({
        connection: connectionTo(database),
        place: path,
        dataKind: kind,
        market,
        schema,
        outside: sqliteOutside({ database, openAgain, file, place: path }),
      });
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

async function openWriter(
  file: DatabaseFile,
  options: StoreOptions,
  release: () => void,
): Promise<Store> {
  const { path } = file;
  const place = options.path!;
  const schema = file.exists ? await schemaOf(path, place, options) : 0;
  const database = Database.open(path);
  try {
    if (schema === 0) database.exec("pragma auto_vacuum = incremental");
    database.exec("pragma journal_mode = wal; pragma synchronous = normal");
    if (schema > 0 && schema < SCHEMA) await database.copyTo(await file.copyName(schema));
    await migrate(database, schema);
    const opened = await inTransaction(
      database,
      () => openingMeta(connectionTo(database), options, fileHome(place)),
    );
    const openAgain = () => Database.open(path, { isReadOnly: true });
    const reading = openAgain();
    const reader = new TableReader({
      ...opened,
      connection: connectionTo(reading),
      place,
      outside: sqliteOutside({ database: reading, openAgain, file: { path, hasLog: true }, place }),
    });
    return await SqliteStore.open({ database, reader, turns: new OneByOne(), options, release });
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Looks at an existing file without changing it, damage included. @returns 0 where it holds nothing yet */
async function schemaOf(path: string, place: string, purpose: Purpose): Promise<number> {
  const database = Database.open(path, { isReadOnly: true });
  try {
    const meta = await metaOf(database, place);
    if (meta === undefined) return 0;
    assertPurpose(meta, purpose, fileHome(place));
    await assertSound(database);
    return meta.schema;
  } finally {
    database.close();
  }
}

function lockOf(file: DatabaseFile, { path, clock = systemClock }: StoreOptions): FileLock {
  const note: WriterNote = { pid: processId(), host: hostName(), since: clock.now() };
  const lock = withDiskReason(path!, () => lockFile(lockPath(file), JSON.stringify(note)));
  if ("release" in lock) return lock;
  throw heldRefusal(path!, noteOf(lock.heldBy), note.pid);
}

function lockPath({ path }: DatabaseFile): string {
  return `${path}-lock`;
}

/** Who writes to a file now; undefined where nobody does. Changes nothing. */
export async function writerOf(path: string): Promise<WriterNote | "unknown" | undefined> {
  const holder = lockHolder(lockPath(await fileAt(path)));
  return holder === undefined ? undefined : noteOf(holder.heldBy) ?? "unknown";
}

function noteOf(text: string | undefined): WriterNote | undefined {
  try {
    const { pid, host, since } = JSON.parse(text ?? "");
    return { pid, host, since };
  } catch {
    return undefined;
  }
}

async function fileAt(path: string): Promise<DatabaseFile> {
  let file: DatabaseFile;
  try {
    file = await databaseFile(path);
  } catch (error) {
    throw diskRefusal(path, error);
  }
  if (file.isFile) return file;
  throw new MarketError(
    "store-foreign",
    "configure",
    `${path} is no file but a device or a pipe, and no store. It was left as it is. Point store.path to a file.`,
  );
}

function withDiskReason<T>(place: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw diskRefusal(place, error);
  }
}

function diskRefusal(place: string, error: unknown): unknown {
  if (!isDiskError(error)) return error;
  return new MarketError(
    "store-unreachable",
    "configure",
    `The store ${place} cannot be opened: ${
      diskReason(error)
    }. Make its folder, give this user the right to it, or ` +
      "point store.path elsewhere.",
    { cause: error },
  );
}

async function withRefusals<T>(place: string, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw storeRefusal(`The store ${place} cannot be opened`, error);
  }
}

function noStore(place: string): MarketError {
  return new MarketError(
    "no-store",
    "configure",
    `There is no store at ${place}. A stream with store.kind: sqlite makes one, and so do ` +
      "`deno task store fetch` and `deno task store import`; or name another file by --path.",
  );
}

function olderStore(place: string, { schema }: Meta): MarketError {
  return new MarketError(
    "store-older",
    "configure",
    `The store ${place} was written by an older version of Comove: its schema is ${schema}, and this version reads ` +
      `${SCHEMA}. A stream, fetch or import migrates it, after a copy; reading alone changes nothing.`,
  );
}
