import { csvText } from "../../export/csv_format.ts";
import { importRefusal } from "./import_refusal.ts";

/** Names of fields looked at to find the columns of objects. */
const SAMPLE_ROWS = 100;
const MOST_COLUMNS = 100;

/** Rows of JSON as lines of CSV, which everything that reads CSV can judge. */
export interface RowsText {
  readonly text: string;
  /** The first line names the columns. */
  readonly hasNames: boolean;
}

/** True for a text that begins as JSON does. */
export function isJson(text: string): boolean {
  return /^\uFEFF?\s{0,1000}[[{]/.test(text.slice(0, 1_100));
}

/**
 * `{ columns, data }`, an array of objects or an array of arrays as CSV; a null is an empty cell.
 *
 * @throws {MarketError} `import` for JSON that is damaged, or is no table.
 */
export function jsonRows(name: string, text: string): RowsText {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw importRefusal(`${name} is no whole JSON: ${(error as Error).message}.`, error);
  }
  const { columns, data } = Array.isArray(value)
    ? tableOfRows(value)
    : value as { columns?: unknown; data?: unknown };
  const isTable = Array.isArray(data) &&
    (columns === undefined ? Array.isArray(value) : Array.isArray(columns));
  if (!isTable || data.some((row) => !Array.isArray(row))) {
    throw importRefusal(
      `${name} is no table: JSON must be { columns, data }, or an array of rows, each an object or an array.`,
    );
  }
  const lines = columns === undefined ? data : [columns as unknown[], ...data];
  return { text: csvOf(lines as unknown[][]), hasNames: columns !== undefined };
}

function tableOfRows(rows: readonly unknown[]) {
  if (rows.every((row) => Array.isArray(row))) return { columns: undefined, data: rows };
  const names = new Set<string>();
  for (const row of rows.slice(0, SAMPLE_ROWS)) {
    for (const name of Object.keys(row ?? {})) if (names.size < MOST_COLUMNS) names.add(name);
  }
  const columns = [...names];
  const data = rows.map((row) =>
    typeof row === "object" && row !== null
      ? columns.map((name) =>
        Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : null
      )
      : row
  );
  return { columns, data };
}

/** Cells as lines of CSV. */
export function csvOf(rows: Iterable<readonly unknown[]>): string {
  const lines: string[] = [];
  for (const row of rows) lines.push(row.map(cellText).join(","));
  return `${lines.join("\n")}\n`;
}

function cellText(cell: unknown): string {
  if (typeof cell === "number" || typeof cell === "bigint") return `${cell}`;
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) return `${cell.getTime()}`;
  // What has parts of its own is no cell; its text could be of any depth.
  if (typeof cell === "object") return "{…}";
  // The quote against formulas is for those who open the file; nobody does.
  return typeof cell === "string"
    ? csvText(cell).replace(/^("?)'(?=[=+\-@\t\r])/, "$1")
    : `${cell}`;
}
