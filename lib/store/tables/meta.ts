import type { DataKind, SimulatedMarket } from "../store.ts";
import { type Connection, rowsOf } from "./connection.ts";
import { DayDigests } from "./day_digests.ts";
import { META } from "./table.ts";
import { TableRows } from "./table_rows.ts";

/** What a store says of itself, in the table `meta`. */
export interface Meta {
  readonly schema: number;
  /** Undefined in one that was made elsewhere and never written to. */
  readonly dataKind: DataKind | undefined;
  readonly market: SimulatedMarket | undefined;
}

/** @returns undefined where there is no schema's number: no store of ours. */
export async function readMeta(connection: Connection): Promise<Meta | undefined> {
  const rows = await rowsOf(connection, "select key, value from meta");
  const values = new Map(rows as [string, string][]);
  const schema = Number(values.get("schema") ?? NaN);
  if (!Number.isSafeInteger(schema) || schema < 1) return undefined;
  return {
    schema,
    dataKind: values.get("kind") as DataKind | undefined,
    market: marketOf(values.get("market")),
  };
}

/** Writes entries in the caller's transaction. */
export async function writeMeta(
  connection: Connection,
  entries: Readonly<Record<string, string>>,
): Promise<void> {
  const digests = new DayDigests(connection);
  const tables = new TableRows(connection, digests);
  for (const [key, value] of Object.entries(entries)) await tables.put(META, key, value);
  await digests.flush();
}

/** Where a note of this name lies in `meta`. */
export function noteKey(name: string): string {
  return `note ${name}`;
}

function marketOf(text: string | undefined): SimulatedMarket | undefined {
  if (text === undefined) return undefined;
  try {
    const { seed, start } = JSON.parse(text);
    return { seed, start };
  } catch {
    return undefined;
  }
}
