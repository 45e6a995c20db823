import { type Cut, FrameCutter, HEADER_LENGTH } from "./frame_cutter.ts";
import { countFields, MAX_FRAME_LENGTH } from "./tws_frame_limits.ts";
/** A field of a TWS message. `undefined` is sent as an empty field, a boolean as `1` or `0`. */
export type TwsField = string | number | boolean | undefined;

/** What a {@link TwsFrameDecoder} found. After `broken` the stream cannot be read any further. */
export type TwsFrame =
  | { readonly kind: "frame"; readonly fields: readonly string[] }
  | { readonly kind: "broken"; readonly reason: string };

const LAST_ASCII = 0x7f;

/**
 * One message as it goes over the wire: four bytes of length, big-endian, then every field ended by a
 * NUL. Numbers are written as the shortest text that reads back as the same number.
 * Source: Interactive Brokers, TWS API, `EClient`/`EReader`.
 *
 * @throws {RangeError} if a field holds a NUL, which would split it in two.
 *
 * @example
 * ```ts
 * import { encodeFrame, TwsFrameDecoder } from "./tws_frame.ts";
 * import assert from "node:assert/strict";
 * const bytes = encodeFrame([49, 1, undefined, true]);
 * assert.deepEqual([...bytes], [0, 0, 0, 8, 52, 57, 0, 49, 0, 0, 49, 0]);
 * assert.deepEqual(new TwsFrameDecoder().push(bytes), [
 *   { kind: "frame", fields: ["49", "1", "", "1"] },
 * ]);
 * ```
 */
export function encodeFrame(fields: readonly TwsField[]): Uint8Array<ArrayBuffer> {
  let text = "";
  for (const field of fields) text += `${textOf(field)}\0`;
  const bytes = new Uint8Array(HEADER_LENGTH + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Nearly all messages are plain ASCII, for which an encoder is slow to call.
    if (code > LAST_ASCII) return withLength(new TextEncoder().encode(text));
    bytes[HEADER_LENGTH + i] = code;
  }
  return bytes;
}

/** A body with its four bytes of length in front, whatever the body holds. */
export function withLength(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_LENGTH + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  bytes.set(body, HEADER_LENGTH);
  return bytes;
}

function textOf(field: TwsField): string {
  if (field === undefined) return "";
  if (typeof field === "boolean") return field ? "1" : "0";
  const text = String(field);
  if (typeof field === "string" && text.includes("\0")) {
    throw new RangeError(`field must not hold a NUL, got ${JSON.stringify(text)}`);
  }
  return text;
}

/** Messages of more fields are not read. */
const MAX_FIELDS = 100_000;

/**
 * Reads messages out of a stream of bytes that may be cut anywhere. Memory is bounded by the longest
 * allowed message, work is linear.
 */
export class TwsFrameDecoder {
  readonly #cutter: FrameCutter;
  readonly #decoder = new TextDecoder();
  #isBroken = false;

  /** @param options.maxLength longest body in bytes. @default {@link MAX_FRAME_LENGTH} */
  constructor({ maxLength = MAX_FRAME_LENGTH }: { maxLength?: number } = {}) {
    if (!Number.isSafeInteger(maxLength) || maxLength < 1) {
      throw new RangeError(`maxLength must be a whole number above 0, got ${maxLength}`);
    }
    this.#cutter = new FrameCutter({ maxLength });
  }

  /** Takes bytes and returns the messages they complete; nothing after `broken`. */
  push(bytes: Uint8Array): TwsFrame[] {
    if (this.#isBroken) return [];
    const frames: TwsFrame[] = [];
    for (const cut of this.#cutter.push(bytes)) {
      const frame = this.#frameOf(cut);
      frames.push(frame);
      this.#isBroken = frame.kind === "broken";
      if (this.#isBroken) break;
    }
    return frames;
  }

  #frameOf(cut: Cut): TwsFrame {
    if (cut.kind !== "frame") return broken(`a message claims a length of ${cut.length} bytes`);
    const { bytes } = cut;
    if (bytes.at(-1) !== 0) return broken("a message ended without its end mark");
    if (countFields(bytes, MAX_FIELDS) > MAX_FIELDS) {
      return broken(`a message has more than ${MAX_FIELDS} fields`);
    }
    const body = this.#decoder.decode(bytes.subarray(HEADER_LENGTH, -1));
    return { kind: "frame", fields: body.split("\0") };
  }
}

function broken(reason: string): TwsFrame {
  return { kind: "broken", reason };
}
