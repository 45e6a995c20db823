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
export const FUNDINGS = table("fundings", -9, 2, "instrument time rate mark_price");

export const TABLES: readonly Table[] = [
  INSTRUMENTS,
  COVERAGE,
  CONTRACTS,
  ALERTS,
  DELIVERIES,
  MESSAGES,
  RUNS,
  META,
  FUNDINGS,
];

/** The statement that finds a row by its keys. */
export function findSql(table: Table): string {
  return `select ${table.columns} from ${table.name} where ${whereKeys(table)}`;
}

/** The statement that deletes a row by its keys. */
export function removeSql(table: Table): string {
  return `delete from ${table.name} where ${whereKeys(table)}`;
}

/** The statement that writes a row, or replaces the one of its keys. */
export function putSql({ name, keys, columns }: Table): string {
  const marks = columns.map((_, i) => `?${i + 1}`);
  const changes = columns.slice(keys.length).map((column) => `${column} = excluded.${column}`);
  return `insert into ${name} (${columns}) values (${marks}) on conflict (${keys}) do update set ${changes}`;
}

function whereKeys({ keys }: Table): string {
  return keys.map((key, i) => `${key} = ?${i + 1}`).join(" and ");
}

function table(name: string, step: number, keys: number, names: string): Table {
  const columns = names.split(" ");
  return { name, step, keys: columns.slice(0, keys), columns };
}
