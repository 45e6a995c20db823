/** Lines that a quoted cell may span; a quote still open after that is stray. */
const MAX_QUOTED_LINES = 20;

/**
 * The lines of a file one after the other, without its byte order mark; a cell in quotes may go on over several.
 * Numbers are those of an editor, from 1.
 */
export class CsvLines {
  readonly #text: string;
  readonly #end: "\n" | "\r";
  #at: number;
  #next = 1;
  /** Number of the line read last; the first number where a quoted cell spans several. */
  number = 0;
  /** True when the line read last is the file's last and has no end. */
  isCutOff = false;

  constructor(text: string) {
    this.#text = text;
    this.#end = text.includes("\n") ? "\n" : "\r";
    this.#at = text.charCodeAt(0) === 0xFEFF ? 1 : 0;
  }

  /** The next line; undefined at the end. */
  next(): string | undefined {
    if (this.#at >= this.#text.length) return undefined;
    this.number = this.#next;
    const line = this.#take();
    if (!line.includes('"') || isClosed(line)) return line;
    const { at, next } = { at: this.#at, next: this.#next };
    let whole = line;
    for (let more = 0; more < MAX_QUOTED_LINES && this.#at < this.#text.length; more++) {
      whole += `\n${this.#take()}`;
      if (isClosed(whole)) return whole;
    }
    [this.#at, this.#next] = [at, next];
    return line;
  }

  #take(): string {
    const text = this.#text, at = this.#at;
    const found = text.indexOf(this.#end, at);
    this.isCutOff = found < 0;
    const end = found < 0 ? text.length : found;
    this.#at = end + 1;
    this.#next++;
    return text.slice(at, text.charCodeAt(end - 1) === 13 && end > at ? end - 1 : end);
  }
}

function isClosed(line: string): boolean {
  let quotes = 0;
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) quotes++;
  return quotes % 2 === 0;
}
