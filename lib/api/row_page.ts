import { type BarChunk, rowsText } from "./bar_chunk.ts";

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

  /** JSON of the rows, with commas between; made in one piece, since each copy of it costs. */
  textBetween(head: string, tail: string): string {
    const [first, ...others] = this.#texts;
    if (first === undefined) return head + tail;
    const last = others.pop();
    return last === undefined
      ? head + first + tail
      : [head + first, ...others, last + tail].join(",");
  }

  /** Cursor of the next page: the time of the last row; null where there is none. */
  get next(): string | null {
    return this.isMore ? `${this.#last}` : null;
  }

  add({ rows, text }: BarChunk): void {
    const { from, to, limit } = this.#options;
    const inRange = rows.filter(([openTime]) => openTime >= from && openTime < to);
    const taken = inRange.slice(0, limit - this.#rows);
    if (taken.length < inRange.length) this.isMore = true;
    const last = taken.at(-1);
    if (last === undefined) return;
    this.#texts.push(taken.length === rows.length ? text : rowsText(taken));
    this.#rows += taken.length;
    [this.#last] = last;
  }
}
