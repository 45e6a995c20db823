/** What came of some bytes. */
export type Filtered =
  /** A whole, well-formed frame with its length prefix. */
  | { readonly kind: "frame"; readonly bytes: Uint8Array }
  /** A whole frame that must not be decoded; the next one is unharmed. */
  | { readonly kind: "dropped"; readonly why: string }
  /** The very first bytes are not TWS's: some other server listens there. `said` is printable. */
  | { readonly kind: "not-tws"; readonly said: string }
  /** A length that cannot be: nothing that follows can be read. */
  | { readonly kind: "broken"; readonly why: string };

/** The answer to the handshake is a version and a date. */
const MAX_FIRST_LENGTH = 256;
/** The same limit as in the vendor's Java client. */
const MAX_LENGTH = 0xff_ffff;
const HEADER_LENGTH = 4;
const MAX_QUOTED = 60;

/**
 * Cuts the bytes of TWS into frames (4 bytes big-endian length, then fields that each end in NUL), however
 * they arrive. `@stoqey/ib` 1.6.10 trusts every length: a negative one makes it spin for ever, a huge one
 * makes it deaf, and a missing final NUL spoils the next message. So the bytes pass here first.
 */
export class FrameFilter {
  #isFirst = true;
  #isOver = false;
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** Everything complete so far; nothing more after `not-tws` or `broken`. */
  push(bytes: Uint8Array): Filtered[] {
    if (this.#isOver) return [];
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    if (this.#length < HEADER_LENGTH) return [];
    const found: Filtered[] = [];
    let rest = this.#joined();
    while (rest.length >= HEADER_LENGTH) {
      const length = new DataView(rest.buffer, rest.byteOffset).getUint32(0);
      const fault = this.#judge(length, rest);
      if (fault !== undefined) {
        this.#isOver = true;
        this.#chunks = [];
        return [...found, fault];
      }
      const end = HEADER_LENGTH + length;
      if (rest.length < end) break;
      found.push(framed(rest.subarray(0, end)));
      rest = rest.subarray(end);
      this.#isFirst = false;
    }
    this.#chunks = [rest];
    this.#length = rest.length;
    return found;
  }

  #joined(): Uint8Array {
    if (this.#chunks.length === 1) return this.#chunks[0]!;
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  #judge(length: number, rest: Uint8Array): Filtered | undefined {
    if (this.#isFirst && (length === 0 || length > MAX_FIRST_LENGTH)) {
      return { kind: "not-tws", said: printable(rest) };
    }
    if (length === 0 || length > MAX_LENGTH) {
      return { kind: "broken", why: `a message claims a length of ${length} bytes` };
    }
    return undefined;
  }
}

function framed(bytes: Uint8Array): Filtered {
  if (bytes.at(-1) === 0) return { kind: "frame", bytes };
  return { kind: "dropped", why: "a message ended without its end mark" };
}

/** The first line, with everything unprintable as a dot. */
function printable(bytes: Uint8Array): string {
  const text = [...bytes.subarray(0, MAX_QUOTED)].map((byte) =>
    byte === 10 || byte === 13 || (byte >= 32 && byte < 127) ? String.fromCharCode(byte) : "."
  ).join("");
  return text.split(/[\r\n]/)[0]!.trim();
}

/** Messages that Comove has asked for or that come unasked and matter, by their number. */
const READ: ReadonlySet<string> = new Set(
  ["1", "2", "4", "9", "10", "15", "17", "46", "49", "50", "52", "58", "99"],
);
const LONGEST_NUMBER = 3;

/**
 * True for a frame that is worth decoding. Of the others `@stoqey/ib` trusts the counts they begin with: a
 * damaged one makes it set aside memory for millions of rows.
 */
export function isRead(frame: Uint8Array): boolean {
  const end = frame.indexOf(0, HEADER_LENGTH);
  if (end < 0 || end > HEADER_LENGTH + LONGEST_NUMBER) return false;
  return READ.has(String.fromCharCode(...frame.subarray(HEADER_LENGTH, end)));
}

/** Message number of errors and notices, and where in one the JSON about a rejected order stands. */
const ERROR = "4";
const JSON_FIELD = 5;

/**
 * An error without the JSON it may carry about a rejected order, which concerns nobody here and which
 * `@stoqey/ib` reads unguarded. Every other frame as it is.
 */
export function withoutOrderJson(frame: Uint8Array): Uint8Array {
  const end = frame.indexOf(0, HEADER_LENGTH);
  if (String.fromCharCode(...frame.subarray(HEADER_LENGTH, end)) !== ERROR) return frame;
  let at = HEADER_LENGTH;
  for (let field = 0; field < JSON_FIELD; field++) {
    at = frame.indexOf(0, at) + 1;
    if (at === 0) return frame;
  }
  const next = frame.indexOf(0, at);
  if (next <= at) return frame;
  const kept = new Uint8Array(frame.length - (next - at));
  kept.set(frame.subarray(0, at));
  kept.set(frame.subarray(next), at);
  new DataView(kept.buffer).setUint32(0, kept.length - HEADER_LENGTH);
  return kept;
}
