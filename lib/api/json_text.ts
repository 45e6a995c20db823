/** JSON that is written already, in pieces of which others keep some too. */
export class JsonText {
  /** Characters. */
  readonly length: number;
  #pieces: readonly string[];
  #wasRead = false;

  constructor(pieces: readonly string[]) {
    this.#pieces = pieces;
    this.length = pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * All of it. It is kept in one piece from the second reading on: most answers are read once, and a long text that stays
   * costs more than to put its pieces together again.
   */
  read(): string {
    const text = this.#pieces.length === 1 ? this.#pieces[0]! : this.#pieces.join("");
    if (this.#wasRead) this.#pieces = [text];
    this.#wasRead = true;
    return text;
  }
}
