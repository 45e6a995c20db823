import type { Database } from "../../runtime/database.ts";
import { DayDigests } from "./day_digests.ts";
import { META, TableRows } from "./table_rows.ts";
import type { DataKind, SimulatedMarket } from "../store.ts";

/** What a store's file says of itself, in the table `meta`. */
export interface Meta {
  readonly schema: number;
  /** Undefined in a file that was made elsewhere and never written to. */
  readonly dataKind: DataKind | undefined;
  readonly market: SimulatedMarket | undefined;
}

/** @returns undefined where there is no schema's number: no store of ours. */
export function readMeta(database: Database): Meta | undefined {
  const rows = database.prepare("select key, value from meta").all() as [string, string][];
  const values = new Map(rows);
  const schema = Number(values.get("schema") ?? NaN);
  if (!Number.isSafeInteger(schema) || schema < 1) return undefined;
  return {
    schema,
    dataKind: values.get("kind") as DataKind | undefined,
    market: marketOf(values.get("market")),
  };
}

/** Writes entries in the caller's transaction. */
export function writeMeta(database: Database, entries: Readonly<Record<string, string>>): void {
  const digests = new DayDigests(database);
  const tables = new TableRows(database, digests);
  for (const [key, value] of Object.entries(entries)) tables.put(META, key, value);
  for (const _ of digests.flush());
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
