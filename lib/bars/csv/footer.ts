import { kindOf } from "./time_columns.ts";

/** Cells of text that a remark may have; a bar has more. */
const MAX_CELLS = 3;
/** Two words with a space between them; the cell is cut before, so the work is bounded. */
const WORDS = /\p{L}{2}\S*\s+\S*\p{L}{2}/u;
const LONGEST = 200;

/** Whether a line is a remark in words, such as Barchart's last: `Downloaded from Barchart.com as of …`. */
export function isRemark(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== "");
  if (filled.length === 0 || filled.length > MAX_CELLS) return false;
  const first = filled[0]!;
  if (!WORDS.test(first.slice(0, LONGEST)) || kindOf(first) !== "other") return false;
  return filled.every((cell) => !/^[+-]?[\d.,]+$/.test(cell));
}
