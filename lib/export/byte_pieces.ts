const PIECE_CHARACTERS = 65_536;

/** Gathers text to pieces of bytes that are worth a write. */
export class BytePieces {
  readonly #encoder = new TextEncoder();
  #text = "";

  add(text: string): void {
    this.#text += text;
  }

  /** True when there is enough for a piece. */
  get isFull(): boolean {
    return this.#text.length >= PIECE_CHARACTERS;
  }

  /** What was added since the last piece; possibly empty. */
  take(): Uint8Array {
    const bytes = this.#encoder.encode(this.#text);
    this.#text = "";
    return bytes;
  }
}
