/** Text as HTML shows it, safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A value as JSON for an attribute in single quotes, which leaves the many double quotes of JSON as they
 * are. U+2028 and U+2029 are written out, since some viewers copy attributes into scripts.
 *
 * @example
 * ```ts
 * import { jsonAttribute } from "./markup.ts";
 * import assert from "node:assert/strict";
 * assert.equal(jsonAttribute("data-view", { label: "it's <b>" }), `data-view='{"label":"it&#39;s &lt;b>"}'`);
 * ```
 */
export function jsonAttribute(name: string, value: unknown): string {
  const text = JSON.stringify(value).replaceAll("&", "&amp;").replaceAll("'", "&#39;")
    .replaceAll("<", "&lt;").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
  return `${name}='${text}'`;
}
