import type { Table, TableBlock } from "./table.ts";

/** Goes through the rows of a table, a stretch at a time, whatever the sizes of its blocks. */
export class RowCursor {
  readonly #blocks: AsyncIterator<TableBlock> | Iterator<TableBlock>;
  #block: TableBlock | undefined;
  #row = 0;

  constructor(table: Table) {
    const blocks = table.blocks();
    this.#blocks = Symbol.asyncIterator in blocks
      ? blocks[Symbol.asyncIterator]()
      : blocks[Symbol.iterator]();
  }

  /** True while a row is left. */
  async hasMore(): Promise<boolean> {
    while (this.#block === undefined || this.#row >= this.#block.length) {
      const next = await this.#blocks.next();
      if (next.done === true) return false;
      this.#block = next.value;
      this.#row = 0;
    }
    return true;
  }

  /**
   * The next rows of one block, at most `most`; after {@link hasMore} said that there are some.
   *
   * @returns the block, and which of its rows: `[from, to)`.
   */
  take(most: number): { readonly block: TableBlock; readonly from: number; readonly to: number } {
    const block = this.#block!, from = this.#row;
    this.#row = Math.min(block.length, from + most);
    return { block, from, to: this.#row };
  }

  /** Lets go of what is left. */
  async close(): Promise<void> {
    await this.#blocks.return?.();
  }
}
