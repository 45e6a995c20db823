/**
 * Characters that a terminal obeys, that change how other text is shown, or that are not seen: controls (C0 and C1),
 * marks of direction, characters without width, separators of lines, fillers, and halves of characters.
 */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u3164\uffa0]/gu;

/** Letters, digits and signs of ASCII, arrows and signs of mathematics, tabs and ends of lines. */
const PLAIN = /^[\t\n\x20-\x7e\u2190-\u22ff]*$/;

function escaped(unseen: string): string {
  return Array.from({ length: unseen.length }, (_, i) => unseen.charCodeAt(i))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/**
 * The text with every such character written as JSON writes it: `\u202e`. Tabs and ends of lines stay; a carriage
 * return before an end of line goes. For text that others wrote and a terminal shows.
 *
 * @example
 * ```ts
 * import { visible } from "./visible.ts";
 * import assert from "node:assert/strict";
 * assert.equal(visible("a\x1b[31mb\u202e"), String.raw`a\u001b[31mb\u202e`);
 * ```
 */
export function visible(text: string): string {
  // Most text is plain, and to see that takes a tenth of the time.
  return PLAIN.test(text) ? text : text.replaceAll("\r\n", "\n").replace(UNSEEN, escaped);
}

/**
 * A JSON text that says the same, without a character that is not seen: they can only stand in its strings, where JSON
 * lets them be escaped.
 */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, escaped);
}
