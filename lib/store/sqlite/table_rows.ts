import type { Cell, Database } from "../../runtime/database.ts";
import type { DayDigests } from "./day_digests.ts";

/** A table whose rows are written one by one. */
export interface Table {
  readonly name: string;
  /** Where its digest lies: the step of instrument 0. */
  readonly step: number;
  /** The first columns, which name a row. */
  readonly keys: readonly string[];
  /** All columns that its digest takes, keys first. */
  readonly columns: readonly string[];
}

/** The tables beside bars and trades. */
export const INSTRUMENTS = table("instruments", -1, 1, "instrument venue symbol kind detail");
export const COVERAGE = table("coverage", -2, 3, "instrument step from_time to_time state reason");
export const CONTRACTS = table("contracts", -3, 2, "instrument from_time to_time contract");
export const ALERTS = table(
  "alerts",
  -4,
  1,
  "id rule subject state started ended value evidence",
);
export const DELIVERIES = table(
  "deliveries",
  -5,
  3,
  "alert channel kind attempts next_at receipt error",
);
export const MESSAGES = table("messages", -6, 3, "alert channel kind created body");
export const RUNS = table("runs", -7, 1, "id started ended config versions");
export const META = table("meta", -8, 1, "key value");

export const TABLES: readonly Table[] = [
  INSTRUMENTS,
  COVERAGE,
  CONTRACTS,
  ALERTS,
  DELIVERIES,
  MESSAGES,
  RUNS,
  META,
];

/** Puts and removes rows of tables, and keeps their digests. */
export class TableRows {
  readonly #database: Database;
  readonly #digests: DayDigests;

  /** @param digests whoever writes flushes them at the end of the transaction. */
  constructor(database: Database, digests: DayDigests) {
    this.#database = database;
    this.#digests = digests;
  }

  /** Writes a row, or replaces the one of its keys. @returns false where it is there already, cell for cell */
  put(table: Table, ...row: readonly Cell[]): boolean {
    const old = this.#find(table, row);
    if (old !== undefined && old.every((cell, i) => cell === row[i])) return false;
    if (old !== undefined) this.#sum(table).remove(old);
    this.#database.prepare(putSql(table)).run(...row);
    this.#sum(table).add(row);
    return true;
  }

  /** Does nothing where there is no row of these keys. */
  remove(table: Table, ...keys: readonly Cell[]): void {
    const old = this.#find(table, keys);
    if (old === undefined) return;
    this.#sum(table).remove(old);
    this.#database.prepare(`delete from ${table.name} where ${whereKeys(table)}`).run(...keys);
  }

  #find(table: Table, row: readonly Cell[]): readonly Cell[] | undefined {
    const sql = `select ${table.columns} from ${table.name} where ${whereKeys(table)}`;
    return this.#database.prepare(sql).first(...row.slice(0, table.keys.length));
  }

  #sum({ step }: Table) {
    return this.#digests.of(0, step, 0);
  }
}

function table(name: string, step: number, keys: number, names: string): Table {
  const columns = names.split(" ");
  return { name, step, keys: columns.slice(0, keys), columns };
}

function whereKeys({ keys }: Table): string {
  return keys.map((key, i) => `${key} = ?${i + 1}`).join(" and ");
}

function putSql({ name, keys, columns }: Table): string {
  const marks = columns.map((_, i) => `?${i + 1}`);
  const changes = columns.slice(keys.length).map((column) => `${column} = excluded.${column}`);
  return `insert into ${name} (${columns}) values (${marks}) on conflict (${keys}) do update set ${changes}`;
}
