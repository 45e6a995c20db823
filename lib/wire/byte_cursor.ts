/** Longer texts are not for a cursor. */
const MOST_BYTES = 1_000;
/** Bytes behind the text that may be looked at. */
const BEHIND = 4;
/** Powers of ten that are exact; so is the division of a whole number below 2^53 by one of them rounded correctly. */
const POWERS = Float64Array.from({ length: 17 }, (_, places) => Number(`1e${places}`));
/** Digits that surely make a whole number below 2^53. */
const MOST_DIGITS = 15;

const TRUE = new TextEncoder().encode("true");
const FALSE = new TextEncoder().encode("false");
const QUOTE = 34, POINT = 46, ZERO = 48, NINE = 57, COLON = 58, SMALL_A = 97, SMALL_Z = 122;

/** Reads a short text from left to right as bytes: a third of the time that `charCodeAt` takes. */
export class ByteCursor {
  readonly #encoder = new TextEncoder();
  readonly #bytes = new Uint8Array(MOST_BYTES + BEHIND);
  #text = "";
  #length = 0;
  /** Nothing was read so far that is not what it must be. */
  isSound = true;
  /** Index of the byte that is read next. */
  at = 0;

  /** Goes to the beginning of a text. @returns false for one that is too long, or not all ASCII. */
  begin(text: string): boolean {
    if (text.length >= MOST_BYTES) return false;
    const { written } = this.#encoder.encodeInto(text, this.#bytes);
    if (written !== text.length) return false;
    // Behind the end stands what is part of nothing.
    this.#bytes.fill(0, written, written + BEHIND);
    this.#text = text;
    this.#length = written;
    this.at = 0;
    this.isSound = true;
    return true;
  }

  get isAtEnd(): boolean {
    return this.at === this.#length;
  }

  /** Goes beyond this byte where it stands here. @returns false where it does not. */
  takeByte(byte: number): boolean {
    const isThere = this.#bytes[this.at] === byte;
    if (isThere) this.at++;
    return isThere;
  }

  /** The name of a field where it is one character in quotes with a colon, as its code; else 0, and nothing is read. */
  shortName(): number {
    const bytes = this.#bytes, { at } = this;
    const isShort = bytes[at] === QUOTE && bytes[at + 2] === QUOTE && bytes[at + 3] === COLON;
    if (!isShort) return 0;
    this.at = at + 4;
    return bytes[at + 1]!;
  }

  /** Goes beyond these bytes where they stand here. @returns false where they do not. */
  take(bytes: Uint8Array): boolean {
    const end = this.at + bytes.length;
    if (end > this.#length) return false;
    for (let i = 0, at = this.at; at < end; i++, at++) {
      if (this.#bytes[at] !== bytes[i]) return false;
    }
    this.at = end;
    return true;
  }

  /** Goes beyond the letters and digits that stand here. @returns how many there are. */
  skipWord(): number {
    const bytes = this.#bytes, from = this.at;
    let at = from;
    while (isWordByte(bytes[at]!)) at++;
    this.at = at;
    return at - from;
  }

  /** Whether two words of this length are the same but for the case of their letters. */
  isSameWord(first: number, second: number, length: number): boolean {
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) {
      if ((bytes[first + i]! | 32) !== (bytes[second + i]! | 32)) return false;
    }
    return true;
  }

  /** Letters and digits in quotes, so many at most; "" for anything else, and then nothing is sound any more. */
  quotedWord(most: number): string {
    const from = this.at + 1;
    const isQuoted = this.#bytes[this.at] === QUOTE;
    this.at = from;
    const length = this.skipWord();
    if (!isQuoted || length === 0 || length > most || this.#bytes[this.at] !== QUOTE) {
      this.isSound = false;
      return "";
    }
    this.at++;
    return this.#text.slice(from, from + length);
  }

  /** `true` or `false`. */
  flag(): boolean {
    if (this.take(TRUE)) return true;
    if (!this.take(FALSE)) this.isSound = false;
    return false;
  }

  /** A whole number as JSON writes it, without sign, of up to 15 digits; NaN for anything else, as above. */
  whole(): number {
    const bytes = this.#bytes, from = this.at;
    let at = from, value = 0;
    for (let digit; (digit = bytes[at]! - ZERO) >= 0 && digit <= 9; at++) {
      value = value * 10 + digit;
    }
    this.at = at;
    const digits = at - from;
    const isWhole = digits > 0 && digits <= MOST_DIGITS && (digits === 1 || bytes[from] !== ZERO);
    return isWhole ? value : this.#bad();
  }

  /** A decimal in quotes, without sign or exponent, of up to 15 digits in all; NaN for anything else, as above. */
  quotedDecimal(): number {
    const bytes = this.#bytes, from = this.at + 1;
    if (bytes[this.at] !== QUOTE) return this.#bad();
    let at = from, value = 0, digit;
    for (; (digit = bytes[at]! - ZERO) >= 0 && digit <= 9; at++) value = value * 10 + digit;
    const wholeDigits = at - from;
    let places = 0;
    if (bytes[at] === POINT) {
      const point = at++;
      for (; (digit = bytes[at]! - ZERO) >= 0 && digit <= 9; at++) value = value * 10 + digit;
      places = at - point - 1;
      if (places === 0) return this.#bad();
    }
    const digits = wholeDigits + places;
    if (wholeDigits === 0 || digits > MOST_DIGITS || bytes[at] !== QUOTE) return this.#bad();
    this.at = at + 1;
    return value / POWERS[places]!;
  }

  #bad(): number {
    this.isSound = false;
    return NaN;
  }
}

function isWordByte(byte: number): boolean {
  const letter = byte | 32;
  return (byte >= ZERO && byte <= NINE) || (letter >= SMALL_A && letter <= SMALL_Z);
}
