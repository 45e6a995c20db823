import { type Cut, FrameCutter, HEADER_LENGTH, numberOf } from "../../wire/frame_cutter.ts";
import { withLength } from "../../wire/tws_frame.ts";
import {
  hasTooManyFields,
  isReadNumber,
  MAX_FIRST_LENGTH,
  MAX_FRAME_LENGTH,
  maxLengthOf,
} from "../../wire/tws_frame_limits.ts";

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

const MAX_QUOTED = 60;

/**
 * Cuts the bytes of TWS into frames (4 bytes big-endian length, then fields that each end in NUL), however
 * they arrive, and lets none through that is longer or has more fields than its kind may. `@stoqey/ib` 1.6.10 trusts
 * every length: a negative one makes it spin for ever, a huge one makes it deaf, and a missing final NUL spoils the
 * next message. So the bytes pass here first.
 */
export class FrameFilter {
  readonly #cutter = new FrameCutter({
    maxLength: MAX_FRAME_LENGTH,
    firstLength: MAX_FIRST_LENGTH,
    limitOf: maxLengthOf,
  });
  #isFirst = true;

  /** Everything complete so far; nothing more after `not-tws` or `broken`. */
  push(bytes: Uint8Array): Filtered[] {
    const found: Filtered[] = [];
    for (const cut of this.#cutter.push(bytes)) {
      const filtered = this.#filtered(cut);
      if (filtered !== undefined) found.push(filtered);
      this.#isFirst = false;
    }
    return found;
  }

  #filtered(cut: Cut): Filtered | undefined {
    switch (cut.kind) {
      case "frame":
        return framed(cut.bytes);
      case "skipped":
        // What nobody reads may be as long as it likes.
        return isReadNumber(cut.number)
          ? dropped(`a message ${cut.number} of ${cut.length} bytes is longer than it may be`)
          : undefined;
      case "broken":
        return this.#isFirst
          ? { kind: "not-tws", said: printable(cut.rest) }
          : { kind: "broken", why: `a message claims a length of ${cut.length} bytes` };
    }
  }
}

function framed(bytes: Uint8Array): Filtered {
  if (bytes.at(-1) !== 0) return dropped("a message ended without its end mark");
  if (hasTooManyFields(bytes)) return dropped("a message has more fields than it may");
  return { kind: "frame", bytes };
}

function dropped(why: string): Filtered {
  return { kind: "dropped", why };
}

/** The first line, with everything unprintable as a dot. */
function printable(bytes: Uint8Array): string {
  const text = [...bytes.subarray(0, MAX_QUOTED)].map((byte) =>
    byte === 10 || byte === 13 || (byte >= 32 && byte < 127) ? String.fromCharCode(byte) : "."
  ).join("");
  return text.split(/[\r\n]/)[0]!.trim();
}

/**
 * True for a frame that is worth decoding. Of the others `@stoqey/ib` trusts the counts they begin with: a
 * damaged one makes it set aside memory for millions of rows.
 */
export function isRead(frame: Uint8Array): boolean {
  return isReadNumber(numberOf(frame));
}

/** Longest fields, bytes: 500 characters however they are escaped, and the trading hours of a contract. */
const MAX_FIELD_BYTES = 3_000;
const MAX_DETAIL_BYTES = 8_192;
const DETAILS = "10";

/** A frame whose fields are no longer than anything they may say: longer ones are cut. */
export function withCutFields(frame: Uint8Array): Uint8Array {
  const most = numberOf(frame) === DETAILS ? MAX_DETAIL_BYTES : MAX_FIELD_BYTES;
  const kept: Uint8Array[] = [];
  let from = HEADER_LENGTH;
  for (let at = HEADER_LENGTH; at < frame.length;) {
    const end = frame.indexOf(0, at);
    if (end < 0) break;
    if (end - at > most) {
      kept.push(frame.subarray(from, at + most));
      from = end;
    }
    at = end + 1;
  }
  return kept.length === 0 ? frame : withLength(joined([...kept, frame.subarray(from)]));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Message number of errors and notices, and where in one the JSON about a rejected order stands. */
const ERROR = "4";
const JSON_FIELD = 5;

/**
 * An error without the JSON it may carry about a rejected order, which concerns nobody here and which
 * `@stoqey/ib` reads unguarded. Every other frame as it is.
 */
export function withoutOrderJson(frame: Uint8Array): Uint8Array {
  if (numberOf(frame) !== ERROR) return frame;
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
