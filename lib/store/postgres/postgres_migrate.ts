import { MarketError } from "../../model/errors.ts";
import { type Connection, rowsOf } from "../tables/connection.ts";
import { type Meta, readMeta, writeMeta } from "../tables/meta.ts";
import { SCHEMA } from "../tables/schema_number.ts";
import type { PostgresTransaction } from "./postgres_client.ts";
import { MIGRATIONS } from "./schema.ts";

/** Tables that a store has had at a server from the first on, and those that came later. */
const FIRST_NAMES =
  "instruments trades bars coverage alerts deliveries runs meta contracts digests messages"
    .split(" ");
const LATER_NAMES: readonly { readonly since: number; readonly name: string }[] = [
  { since: 3, name: "fundings" },
];
/** All of them; another program may have some of the same names. */
export const NAMES: readonly string[] = [...FIRST_NAMES, ...LATER_NAMES.map(({ name }) => name)];

/**
 * What the database holds of a store; undefined where it holds none of its tables.
 *
 * @throws {MarketError} for tables of another program, or of a newer version of this one.
 */
export async function metaOfServer(
  connection: Connection,
  place: string,
): Promise<Meta | undefined> {
  const there = await rowsOf(connection, TABLES);
  const found = NAMES.filter((name) => there.some(([table]) => table === name));
  if (found.length === 0) return undefined;
  const has = (name: string) => found.includes(name);
  const meta = FIRST_NAMES.every(has) ? await readMeta(connection) : undefined;
  const lacks = LATER_NAMES.some(({ since, name }) =>
    meta !== undefined && meta.schema >= since && !has(name)
  );
  if (meta === undefined || lacks) {
    throw new MarketError(
      "store-foreign",
      "configure",
      `The database ${place} has tables of another program (${
        found.join(", ")
      }), and no store of Comove. It was ` +
        "left as it is. Name another database in store.url.",
    );
  }
  if (meta.schema > SCHEMA) {
    throw new MarketError(
      "store-newer",
      "configure",
      `The store ${place} was written by a newer version of Comove: its schema is ${meta.schema}, and this version ` +
        `knows up to ${SCHEMA}. It was left as it is. Update Comove, or name another database in store.url.`,
    );
  }
  return meta;
}

/** Brings the tables to the newest schema, in the caller's transaction. @param from 0 where there are none */
export async function migrateServer(
  sql: PostgresTransaction,
  from: number,
): Promise<void> {
  for (const { to, sql: text } of MIGRATIONS) {
    if (to <= from) continue;
    await sql.run(text);
    await writeMeta(sql, { schema: String(to) });
  }
}

const TABLES =
  `select relname from pg_class where relnamespace = cast(current_schema() as regnamespace)
  and relkind in ('r', 'p')`;
