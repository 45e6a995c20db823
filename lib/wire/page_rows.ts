import { MAX_ROWS } from "./json_fields.ts";
import type { VenueTrade } from "./stream_message.ts";

/** Minutes of a page, and what could not be read of them. */
export interface ReadMinutes<Row> {
  /** Oldest first. */
  readonly rows: readonly Row[];
  /** Why a row was left out, one text each. */
  readonly rejected: readonly string[];
}

/**
 * Reads a list of minutes in whatever order. Undefined when it is no list, or longer than any page.
 *
 * @param read a row, or why it cannot be read.
 */
export function minutesOf<Row extends { readonly openTime: number }>(
  list: unknown,
  read: (item: unknown) => Row | string,
): ReadMinutes<Row> | undefined {
  if (!isPage(list)) return undefined;
  const rows: Row[] = [];
  const rejected: string[] = [];
  for (const item of list) {
    const row = read(item);
    if (typeof row === "string") rejected.push(row);
    else rows.push(row);
  }
  return { rows: rows.sort((a, b) => a.openTime - b.openTime), rejected };
}

/** Trades of a page by id, oldest first, and whether every row of it could be read. */
export interface ReadTrades {
  readonly rows: readonly VenueTrade[];
  readonly isWhole: boolean;
}

/**
 * Reads a list of trades in whatever order. Undefined when it is no list, or longer than any page.
 *
 * @param read a trade; undefined when it cannot be read.
 */
export function tradesOf(
  list: unknown,
  read: (item: unknown) => VenueTrade | undefined,
): ReadTrades | undefined {
  if (!isPage(list)) return undefined;
  const rows = list.flatMap((item) => read(item) ?? []);
  return { rows: rows.sort((a, b) => a.id - b.id), isWhole: rows.length === list.length };
}

function isPage(list: unknown): list is readonly unknown[] {
  return Array.isArray(list) && list.length <= MAX_ROWS;
}
