/** An address of a store as people may read it: without user, password and options. */
export function placeOfUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/**
 * What is wrong with an address of a store, as a rule it breaks; undefined for a good one.
 *
 * @example
 * ```ts
 * import { databaseUrlFault } from "./database_url.ts";
 * import assert from "node:assert/strict";
 * assert.equal(databaseUrlFault("postgres://comove:secret@127.0.0.1:5432/markets"), undefined);
 * assert.equal(databaseUrlFault("postgres://127.0.0.1/markets"), "name its user");
 * ```
 */
export function databaseUrlFault(url: string): string | undefined {
  if (!URL.canParse(url)) return "be an address: postgres://user:password@host:5432/database";
  const { protocol, hostname, username, password, pathname } = new URL(url);
  if (protocol !== "postgres:" && protocol !== "postgresql:") return "begin with postgres://";
  if (hostname === "") return "name its host";
  if (username === "") return "name its user";
  if (password === "") return "name its password";
  if (!/^\/[^/]+$/.test(pathname)) return "name one database behind its host";
  return undefined;
}
