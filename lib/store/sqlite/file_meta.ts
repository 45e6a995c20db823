import { MarketError } from "../../model/errors.ts";
import { formatUtc } from "../../model/time.ts";
import type { Database } from "../../runtime/database.ts";
import type { DataKind, SimulatedMarket } from "../store.ts";
import { type Meta, readMeta, writeMeta } from "../tables/meta.ts";
import { inTransaction } from "./in_transaction.ts";
import { lackOf } from "./schema_lack.ts";
import { APPLICATION_ID, FIRST_TABLES, SCHEMA } from "./schema.ts";
import { connectionTo } from "./sqlite_connection.ts";

/** What a store is opened for. */
export interface Purpose {
  readonly dataKind: DataKind;
  readonly market?: SimulatedMarket;
}

/** What an opened store is. */
export interface Opened {
  readonly schema: number;
  readonly dataKind: DataKind;
  readonly market: SimulatedMarket | undefined;
}

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

/** @throws {MarketError} where the store holds other data than it is opened for. */
export function assertPurpose(meta: Meta, { dataKind, market }: Partial<Purpose>, place: string) {
  if (meta.dataKind !== undefined && dataKind !== undefined && meta.dataKind !== dataKind) {
    throw refusal(
      "store-kind",
      `The store ${place} holds ${meta.dataKind} data, and ${dataKind} data never goes into the same file. Leave ` +
        `store.path null, so that each kind has a file of its own, or point it to another file.`,
    );
  }
  const known = meta.market;
  if (known === undefined || market === undefined) return;
  if (known.seed === market.seed && known.start === market.start) return;
  throw refusal(
    "store-market",
    `The store ${place} holds the simulated market of seed ${known.seed} that starts at ${
      formatUtc(known.start)
    }; ` +
      `this one is seed ${market.seed}, starting at ${
        formatUtc(market.start)
      }: another market, never the same file. ` +
      "Point store.path to another file, or move this one away.",
  );
}

/** Writes down what a new store is for, and gives what it is. @throws {MarketError} as {@link assertPurpose}. */
export async function openingMeta(
  database: Database,
  purpose: Purpose,
  place: string,
): Promise<Opened> {
  const connection = connectionTo(database);
  const meta = (await readMeta(connection))!;
  assertPurpose(meta, purpose, place);
  const { dataKind } = purpose;
  const market = meta.market ?? purpose.market;
  const entries: Record<string, string> = { kind: dataKind };
  if (market !== undefined) {
    entries.market = JSON.stringify({ seed: market.seed, start: market.start });
  }
  await inTransaction(database, () => writeMeta(connection, entries));
  return { schema: meta.schema, dataKind, market };
}

function refusal(code: string, message: string): MarketError {
  return new MarketError(code, "configure", message);
}
