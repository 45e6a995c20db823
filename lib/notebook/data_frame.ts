import { priceText } from "../charts/number_text.ts";
import type { TableText } from "../charts/table.ts";

/** What is used of a danfojs DataFrame, or of anything built like one. */
export interface DataFrameLike {
  readonly columns: readonly string[];
  /** Rows by columns. */
  readonly values: readonly unknown[] | readonly (readonly unknown[])[];
  /** Rows and columns. */
  readonly shape: readonly number[];
  readonly index?: readonly (string | number)[];
}

/** True for a table with named columns. */
export function isDataFrame(value: unknown): value is DataFrameLike {
  const frame = value as Partial<DataFrameLike> | null;
  return typeof frame === "object" && frame !== null && Array.isArray(frame.columns) &&
    Array.isArray(frame.values) && Array.isArray(frame.shape) && frame.shape.length === 2;
}

/** Rows shown from each end of a long table: more is not read, and would fill the saved file. */
const ROWS_AT_EACH_END = 5;

/** A DataFrame as text in rows: all of them up to ten, else the first and the last five. */
export function tableTextOf(frame: DataFrameLike): TableText {
  const { columns, index = [] } = frame;
  const values = frame.values as readonly (readonly unknown[])[];
  const total = values.length;
  const isCut = total > 2 * ROWS_AT_EACH_END;
  const end = ROWS_AT_EACH_END;
  const shown = isCut ? [...values.slice(0, end), ...values.slice(-end)] : values;
  const decimals = columns.map((_, column) => decimalsOf(shown.map((row) => row[column])));
  const rowOf = (row: number) => [
    String(index[row] ?? row),
    ...columns.map((_, column) => cellText(values[row]?.[column], decimals[column]!)),
  ];
  const range = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => rowOf(from + i));
  const rows = isCut
    ? [...range(0, end), ["…", ...columns.map(() => "…")], ...range(total - end, total)]
    : range(0, total);
  const size = `${groups(total)} ${total === 1 ? "row" : "rows"} × ${columns.length} columns`;
  return {
    caption: isCut ? `${size}; the first and the last ${end} are shown` : size,
    columns: ["", ...columns],
    rows,
  };
}

/** Times in ms are written as they are, so that they can be copied. */
const TIME_FROM = 1e11;

/** `2025-12-03T13:20:00.000Z` */
const ISO_TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.000)?Z$/;

function cellText(value: unknown, decimals: number): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value.replace(ISO_TIME, "$1 $2 UTC");
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : String(value);
  const isWhole = decimals === 0 && Math.abs(value) >= TIME_FROM;
  return isWhole ? String(value) : priceText(value, decimals);
}

/** How many decimals all of a column are written with: as many as one of them needs, at six digits each. */
function decimalsOf(values: readonly unknown[]): number {
  let most = 0;
  for (const value of values) {
    if (typeof value !== "number" || !Number.isFinite(value) || Number.isInteger(value)) continue;
    const text = Math.abs(value) >= 1_000 ? value.toFixed(2) : String(Number(value.toPrecision(6)));
    most = Math.max(most, text.split(".")[1]?.replace(/e.*$/, "").length ?? 0);
  }
  return most;
}

function groups(n: number): string {
  return n.toLocaleString("en-US");
}
