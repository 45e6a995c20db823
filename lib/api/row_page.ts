import type { BarChunk } from "./bar_row.ts";

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
  get text(): string {
    return this.#texts.join(",");
  }

  /** Cursor of the next page: the time of the last row; null where there is none. */
  get next(): string | null {
    return this.isMore ? `${this.#last}` : null;
  }

  add({ rows, text }: BarChunk): void {
    const { from, to, limit } = this.#options;
    const first = rows[0], last = rows.at(-1);
    if (first === undefined || last === undefined) return;
    const isWhole = first.openTime >= from && last.openTime < to &&
      this.#rows + rows.length <= limit;
    if (isWhole) {
      this.#texts.push(text);
      this.#rows += rows.length;
      this.#last = last.openTime;
      return;
    }
    for (const row of rows) {
      if (row.openTime < from || row.openTime >= to) continue;
      if (this.#rows === limit) {
        this.isMore = true;
        return;
      }
      this.#texts.push(row.text);
      this.#rows++;
      this.#last = row.openTime;
    }
  }
}
