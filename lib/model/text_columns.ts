/** Signs of East Asian scripts, and the punctuation and full-width forms beside them. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303e\u30a0-\u30ff\uff01-\uff60]/u;
const WITHOUT_WIDTH = /\p{Mn}/u;
/** Latin, arrows and the signs of mathematics, minus among them: one place each. */
const PLAIN = /^[\x20-\u02ff\u2190-\u22ff]*$/;

/** How many places a line of text takes in a terminal, or in any type of one width. */
export function placesOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let places = 0;
  for (const sign of text) places += WITHOUT_WIDTH.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1;
  return places;
}

/** How {@link alignedLines} sets its rows. */
export interface AlignedOptions {
  /** The side to which each column is set. @default left */
  readonly sides?: readonly ("left" | "right")[];
  /** Between two columns. @default two spaces */
  readonly gap?: string;
}

/**
 * Rows of cells as lines in which the columns stand below each other.
 *
 * @param rows all as long as the first.
 *
 * @example
 * ```ts
 * import { alignedLines } from "./text_columns.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(alignedLines([["币安", "1"], ["BTC", "22"]], { sides: ["left", "right"] }), [
 *   "币安   1",
 *   "BTC   22",
 * ]);
 * ```
 */
export function alignedLines(
  rows: readonly (readonly string[])[],
  { sides = [], gap = "  " }: AlignedOptions = {},
): string[] {
  const widths = new Array<number>(rows[0]?.length ?? 0).fill(0);
  const places = rows.map((row) =>
    row.map((cell, i) => {
      const own = placesOf(cell);
      widths[i] = Math.max(widths[i]!, own);
      return own;
    })
  );
  return rows.map((row, at) => {
    const ofRow = places[at]!;
    const cells = row.map((cell, i) => {
      const space = " ".repeat(widths[i]! - ofRow[i]!);
      return sides[i] === "right" ? space + cell : cell + space;
    });
    return cells.join(gap).trimEnd();
  });
}
