import type { BarCells } from "../model/bar_cells.ts";
import { type BarChunk, rowsText } from "./bar_chunk.ts";
import { JsonText } from "./json_text.ts";

/** What a page takes: half-open, and most rows. */
export interface RowPageOptions {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/** A page of rows, gathered from chunks that come in their order. */
export class RowPage {
  readonly #options: RowPageOptions;
  readonly #texts: string[] = [];
  #rows = 0;
  #last = NaN;
  /** There are rows behind the page. */
  isMore = false;

  constructor(options: RowPageOptions) {
    this.#options = options;
  }

  get rows(): number {
    return this.#rows;
  }

  /** JSON of the rows, with commas between. */
  textBetween(head: string, tail: string): JsonText {
    const rows = this.#texts.flatMap((text, i) => i === 0 ? [text] : [",", text]);
    return new JsonText([head, ...rows, tail]);
  }

  /** Cursor of the next page: the time of the last row; null where there is none. */
  get next(): string | null {
    return this.isMore ? `${this.#last}` : null;
  }

  add({ rows, text }: BarChunk): void {
    const { from, to, limit } = this.#options;
    const first = firstFrom(rows, from), end = firstFrom(rows, to);
    const count = Math.max(0, Math.min(end - first, limit - this.#rows));
    if (count < end - first) this.isMore = true;
    if (count === 0) return;
    this.#texts.push(count === rows.length ? text : rowsText(rows.slice(first, first + count)));
    this.#rows += count;
    [this.#last] = rows[first + count - 1]!;
  }
}

/** Place of the first row that opens at or after a time; rows ascend. */
function firstFrom(rows: readonly BarCells[], time: number): number {
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]![0] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
