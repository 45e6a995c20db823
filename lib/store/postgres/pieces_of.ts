/** Adjacent rows of one of several parts. */
export interface Slice {
  /** Its place among the parts. */
  readonly part: number;
  readonly first: number;
  /** Behind the last row. */
  readonly last: number;
}

/**
 * Cuts the rows of parts, one part after the other, into pieces of at most so many rows.
 *
 * @param lengths rows of each part.
 *
 * @example
 * ```ts
 * import { piecesOf } from "./pieces_of.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...piecesOf([2, 0, 4], 5)], [
 *   [{ part: 0, first: 0, last: 2 }, { part: 2, first: 0, last: 3 }],
 *   [{ part: 2, first: 3, last: 4 }],
 * ]);
 * ```
 */
export function* piecesOf(lengths: readonly number[], most: number): Generator<Slice[]> {
  let piece: Slice[] = [], rows = 0;
  for (const [part, length] of lengths.entries()) {
    for (let first = 0; first < length;) {
      const last = Math.min(length, first + most - rows);
      piece.push({ part, first, last });
      rows += last - first;
      first = last;
      if (rows < most) continue;
      yield piece;
      piece = [];
      rows = 0;
    }
  }
  if (piece.length > 0) yield piece;
}
