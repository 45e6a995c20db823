import { MarketError } from "../../model/errors.ts";
import type { Database } from "../../runtime/database.ts";
import { type Meta, readMeta } from "../tables/meta.ts";
import type { StoreHome } from "../tables/purpose.ts";
import { lackOf } from "./schema_lack.ts";
import { APPLICATION_ID, FIRST_TABLES, SCHEMA } from "./schema.ts";
import { connectionTo } from "./sqlite_connection.ts";

/**
 * What an existing file is; undefined where it holds no tables at all, as one that was just made.
 *
 * @throws {MarketError} for a database of another program, or of a newer version of this one.
 */
export async function metaOf(database: Database, place: string): Promise<Meta | undefined> {
  const tables = new Set(
    database.prepare("select name from sqlite_schema where type = 'table'").all().map(([name]) =>
      name
    ),
  );
  const application = Number(database.prepare("pragma application_id").first()![0]);
  if (tables.size === 0 && application === 0) return undefined;
  const isOurs = (application === 0 || application === APPLICATION_ID) &&
    FIRST_TABLES.every((name) => tables.has(name));
  const meta = isOurs ? await readMeta(connectionTo(database)) : undefined;
  if (meta === undefined) {
    throw refusal(
      "store-foreign",
      `${place} is a SQLite database of another program, not a store of Comove. It was left as it is. Point ` +
        "store.path to another file.",
    );
  }
  if (meta.schema > SCHEMA) {
    throw refusal(
      "store-newer",
      `The store ${place} was written by a newer version of Comove: its schema is ${meta.schema}, and this version ` +
        `knows up to ${SCHEMA}. It was left as it is. Update Comove, or point store.path to another file.`,
    );
  }
  const lack = lackOf(database, meta.schema);
  if (lack !== undefined) {
    throw refusal(
      "store-foreign",
      `The store ${place} says that its schema is ${meta.schema}, and lacks ${lack}: another program has changed or ` +
        "made it. It was left as it is. Put a copy of it back, or point store.path to another file.",
    );
  }
  return meta;
}

/** A file as the home of a store. */
export function fileHome(place: string): StoreHome {
  return {
    place,
    what: "file",
    otherKind: "Leave store.path null, so that each kind has a file of its own, or point it to " +
      "another file.",
    otherMarket: "Point store.path to another file, or move this one away.",
  };
}

function refusal(code: string, message: string): MarketError {
  return new MarketError(code, "configure", message);
}
