/**
 * How many characters at the begin of a text of SQL mean nothing: blanks, comments and semicolons.
 *
 * @example
 * ```ts
 * import { nothingOf } from "./sql_nothing.ts";
 * import assert from "node:assert/strict";
 * assert.equal(nothingOf("; -- done"), 9);
 * assert.equal(nothingOf(" select 1"), 1);
 * ```
 */
export function nothingOf(sql: string): number {
  for (let at = 0;;) {
    if (sql.startsWith("--", at)) at = endOf(sql, "\n", at + 2);
    else if (sql.startsWith("/*", at)) at = endOf(sql, "*/", at + 2);
    else if (at < sql.length && BLANK.test(sql[at]!)) at++;
    else return at;
  }
}

const BLANK = /[\s;]/;

/** Behind the next such text, else the end: SQLite lets a comment end with the statement. */
function endOf(sql: string, text: string, from: number): number {
  const at = sql.indexOf(text, from);
  return at < 0 ? sql.length : at + text.length;
}
