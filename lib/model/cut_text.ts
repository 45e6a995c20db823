/** Texts of a venue, a server or a file are this long at most where they enter, in characters. */
export const MAX_TEXT_LENGTH = 500;

/**
 * A text from outside, cut where it is longer than anybody reads.
 *
 * @example
 * ```ts
 * import { cutText } from "./cut_text.ts";
 * import assert from "node:assert/strict";
 * assert.equal(cutText("no data"), "no data");
 * assert.equal(cutText("abcdef", 4), "abc…");
 * ```
 */
export function cutText(text: string, most = MAX_TEXT_LENGTH): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}
