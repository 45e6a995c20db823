import { Database } from "../../runtime/database.ts";
import { MIGRATIONS } from "./schema.ts";

const known = new Map<number, ReadonlySet<string>>();

/** What a database lacks of the tables and columns of a schema: `the column bars.close`; undefined for a whole one. */
export function lackOf(database: Database, schema: number): string | undefined {
  const there = columnsOf(database);
  const lacking = [...wantedOf(schema)].filter((name) => !there.has(name));
  if (lacking.length === 0) return undefined;
  const [name] = lacking, table = name!.split(".")[0]!;
  const isGone = [...there].every((column) => !column.startsWith(`${table}.`));
  return isGone ? `the table ${table}` : `the column ${name}`;
}

function wantedOf(schema: number): ReadonlySet<string> {
  const made = known.get(schema);
  if (made !== undefined) return made;
  const database = Database.open(":memory:");
  for (const { to, sql } of MIGRATIONS) if (to <= schema) database.exec(sql);
  const columns = columnsOf(database);
  database.close();
  known.set(schema, columns);
  return columns;
}

/** `table.column` of every table; a view is none. */
function columnsOf(database: Database): ReadonlySet<string> {
  const rows = database.prepare(COLUMNS).all();
  return new Set(rows.map(([table, column]) => `${table}.${column}`));
}

const COLUMNS =
  `select tables.name, columns.name from sqlite_schema tables, pragma_table_info(tables.name) columns
  where tables.type = 'table' and tables.name not like 'sqlite_%'`;
