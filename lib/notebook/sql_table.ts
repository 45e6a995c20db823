import { htmlTable, plainTable } from "../charts/table.ts";
import { PAGE } from "../charts/page_theme.ts";
import type { StoreReader } from "../store/store.ts";
import type { Frame } from "./panel.ts";

/** Rows shown; what is asked may have more. */
const MOST_SHOWN = 50;

/**
 * Asks a store by SQL, which only reads, and makes a table of the answer for `show`. The tables are `instruments`,
 * `bars`, `trades`, `coverage`, `alerts`, `deliveries`, `runs` and `meta`.
 *
 * @throws {MarketError} for what would write, or is no SQL.
 *
 * @example In a notebook
 * ```ts ignore
 * await show(await sqlTable(store, "select symbol, kind from instruments"));
 * ```
 */
export async function sqlTable(
  store: Pick<StoreReader, "sql" | "place">,
  statement: string,
): Promise<Frame> {
  const { columns, data } = await store.sql(statement, { limit: 1_000 });
  const rows = data.map((row) => row.map((cell) => cell === null ? "" : String(cell)));
  const table = {
    caption: statement.replaceAll(/\s+/g, " ").trim(),
    columns,
    rows,
    maxRows: MOST_SHOWN,
    empty: "No row.",
  };
  return { html: htmlTable({ ...table, theme: PAGE }), text: plainTable(table) };
}
