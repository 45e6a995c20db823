import type { Config } from "../feeds/config.ts";
import { broken, type Finding, ok, optional } from "../feeds/finding.ts";
import { targetOf } from "../market/market_storage.ts";
import { MarketError } from "../model/errors.ts";
import { placeOfUrl } from "../model/database_url.ts";
import type { Clock } from "../runtime/clock.ts";
import type { DatabaseFacts, DatabaseRights } from "../store/postgres/examine_database.ts";
import { dataKindOf } from "../store/store_path.ts";
import { clockFinding } from "./doctor_clock.ts";
import { sizeText } from "./store_info.ts";

/** Partitioned tables with keys came with 11. */
const OLDEST = 110_000;
/** The tests run against it. */
const TESTED = "15";
/** A writer has one connection, and it and each reader up to four more. */
const WANTED_CONNECTIONS = 6;

/** What {@link checkDatabase} needs. */
export interface DatabaseCheckPorts {
  readonly clock: Clock;
  readonly configFile: string | undefined;
}

/** The server of the configured store; nothing where the store has none. */
export async function checkDatabase(
  config: Pick<Config, "store" | "source">,
  { clock, configFile }: DatabaseCheckPorts,
): Promise<Finding[]> {
  if (config.store.kind !== "postgres") return [];
  try {
    const target = await targetOf(config, dataKindOf(config.source), configFile);
    if (target.kind !== "postgres") return [];
    const { examineDatabase } = await import("../store/postgres/examine_database.ts");
    const facts = await examineDatabase(target.url, clock);
    return databaseFindings(placeOfUrl(target.url), facts, config.source !== "store");
  } catch (error) {
    if (!(error instanceof MarketError)) throw error;
    // The message ends with what to do.
    const [, what = error.message, fix = "look at store.url"] =
      /^(.*?)\. (.*?)\.?$/s.exec(error.message) ?? [];
    return [broken("Database", what, fix)];
  }
}

/** What is to be said of a server. @param writes false where the configuration only reads. */
export function databaseFindings(
  place: string,
  facts: DatabaseFacts,
  writes: boolean,
): Finding[] {
  return [
    serverFinding(place, facts, writes),
    rightsFinding(facts.rights, writes),
    clockFinding("Database clock", "the server's clock", facts.clock),
    diskFinding(facts, writes),
  ];
}

function serverFinding(place: string, facts: DatabaseFacts, writes: boolean): Finding {
  const { version, versionNumber, encoding, isReadOnly, connections: { used, most } } = facts;
  const name = "Database";
  const what = `${place} answers: PostgreSQL ${version}`;
  if (versionNumber < OLDEST) {
    return broken(name, what, `update it: Comove needs 11 or newer, and is tested with ${TESTED}`);
  }
  if (encoding !== "UTF8") {
    return broken(
      name,
      `${what}, of encoding ${encoding}`,
      "make a database of UTF8: createdb --encoding=UTF8 --template=template0 NAME",
    );
  }
  if (isReadOnly && writes) {
    return broken(
      name,
      `${what}, and only reads (a standby?)`,
      "name the primary in store.url, or set source: store",
    );
  }
  const shown = `${what}, ${used} of ${most} connections in use`;
  if (most - used >= WANTED_CONNECTIONS) return ok(name, shown);
  return broken(name, shown, "raise max_connections, or stop readers");
}

function rightsFinding(rights: DatabaseRights, writes: boolean): Finding {
  const { user, schema, mayCreate, tables, notReadable, notOwned } = rights;
  const name = "Database rights";
  if (schema === undefined) {
    return broken(
      name,
      `${user} may use no schema`,
      `grant one: grant usage, create on schema public to ${user}`,
    );
  }
  if (notReadable.length > 0) {
    return broken(
      name,
      `${user} may not read ${notReadable.join(", ")}`,
      `grant it: grant select on all tables in schema ${schema} to ${user}`,
    );
  }
  if (!writes) return ok(name, `${user} may read the ${tables} tables of schema ${schema}`);
  if (notOwned.length > 0) {
    return broken(
      name,
      `${user} does not own ${notOwned.join(", ")}, and a writer makes their partitions`,
      `write as their owner, or grant that role to ${user}`,
    );
  }
  if (!mayCreate) {
    return broken(
      name,
      `${user} may not make tables in schema ${schema}`,
      `grant it: grant create on schema ${schema} to ${user}`,
    );
  }
  return ok(name, `${user} may make tables in schema ${schema}, read and write them`);
}

function diskFinding({ bytes, folder, isDurable }: DatabaseFacts, writes: boolean): Finding {
  const name = "Database disk";
  const where = folder === undefined ? "its disk" : `the disk of ${folder}`;
  const what = `${sizeText(bytes)} in use; the server does not say what is free on ${where}`;
  if (isDurable || !writes) return ok(name, what);
  return optional(broken(
    name,
    `${what}; fsync or synchronous_commit is off`,
    "turn both on: else a power cut may take rows that were acknowledged",
  ));
}
