import { htmlTable, plainTable } from "../charts/table.ts";
import { PAGE } from "../charts/page_theme.ts";
import type { SqlOptions, StoreReader } from "../store/store.ts";
import { assertOptions } from "./known_options.ts";
import type { Frame } from "./panel.ts";
import { openSession } from "./setup.ts";

/** Rows shown; what is asked may have more. */
const MOST_SHOWN = 50;

/** Options of {@link sqlTable}. */
export type SqlTableOptions = Pick<SqlOptions, "timeoutMs" | "signal">;

const OPTIONS: Readonly<Record<keyof SqlTableOptions, true>> = { timeoutMs: true, signal: true };

/**
 * Asks a store by SQL, which only reads, and makes a table of the answer for `show`. The tables are `instruments`,
 * `bars`, `trades`, `coverage`, `alerts`, `deliveries`, `runs` and `meta`. The notebook's Stop button ends the query.
 *
 * @param options.timeoutMs it may take so long, local ms. @default 30,000
 * @param options.signal ends it too. @default the Stop button
 * @throws {MarketError} `not-sql` for what would write, or is no SQL; `sql-timeout` for what takes too long.
 *
 * @example In a notebook
 * ```ts ignore
 * await show(await sqlTable(store, "select symbol, kind from instruments"));
 * ```
 */
export async function sqlTable(
  store: Pick<StoreReader, "sql" | "place">,
  statement: string,
  options: SqlTableOptions = {},
): Promise<Frame> {
  assertOptions("sqlTable", options, OPTIONS);
  const { signal = openSession()?.cellSignal, timeoutMs } = options;
  const { columns, data, cutBy } = await store.sql(statement, {
    limit: 1_000,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  });
  const rows = data.map((row) => row.map((cell) => cell === null ? "" : String(cell)));
  const cut = cutBy === "bytes" ? ` (cut after ${rows.length} rows: there is too much text)` : "";
  const table = {
    caption: `${statement.replaceAll(/\s+/g, " ").trim()}${cut}`,
    columns,
    rows,
    maxRows: MOST_SHOWN,
    empty: "No row.",
  };
  return { html: htmlTable({ ...table, theme: PAGE }), text: plainTable(table) };
}
