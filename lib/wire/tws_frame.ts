/** A field of a TWS message. `undefined` is sent as an empty field, a boolean as `1` or `0`. */
export type TwsField = string | number | boolean | undefined;

/** What a {@link TwsFrameDecoder} found. After `broken` the stream cannot be read any further. */
export type TwsFrame =
  | { readonly kind: "frame"; readonly fields: readonly string[] }
  | { readonly kind: "broken"; readonly reason: string };

/** Longest message body that is believed. @default The same limit as in the vendor's Java client. */
export const MAX_FRAME_LENGTH = 0xff_ffff;
const HEADER_LENGTH = 4;
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

/**
 * Reads messages out of a stream of bytes that may be cut anywhere. Memory is bounded by the longest
 * allowed message.
 */
export class TwsFrameDecoder {
  readonly #maxLength: number;
  readonly #decoder = new TextDecoder();
  #kept: Uint8Array = new Uint8Array(0);
  #broken: string | undefined;

  /** @param options.maxLength longest body in bytes. @default {@link MAX_FRAME_LENGTH} */
  constructor({ maxLength = MAX_FRAME_LENGTH }: { maxLength?: number } = {}) {
    if (!Number.isSafeInteger(maxLength) || maxLength < 1) {
      throw new RangeError(`maxLength must be a whole number above 0, got ${maxLength}`);
    }
    this.#maxLength = maxLength;
  }

  /** Takes bytes and returns the messages they complete; nothing after `broken`. */
  push(bytes: Uint8Array): TwsFrame[] {
    if (this.#broken !== undefined) return [];
    const data = joined(this.#kept, bytes);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const frames: TwsFrame[] = [];
    let at = 0;
    while (data.length - at >= HEADER_LENGTH) {
      const length = view.getUint32(at);
      if (length === 0 || length > this.#maxLength) {
        return [...frames, this.#break(`a message claims a length of ${length} bytes`)];
      }
      const end = at + HEADER_LENGTH + length;
      if (end > data.length) break;
      if (data[end - 1] !== 0) {
        return [...frames, this.#break("a message ended without its end mark")];
      }
      const body = this.#decoder.decode(data.subarray(at + HEADER_LENGTH, end - 1));
      frames.push({ kind: "frame", fields: body.split("\0") });
      at = end;
    }
    this.#kept = data.slice(at);
    return frames;
  }

  #break(reason: string): TwsFrame {
    this.#broken = reason;
    this.#kept = new Uint8Array(0);
    return { kind: "broken", reason };
  }
}

function joined(kept: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (kept.length === 0) return bytes;
  const both = new Uint8Array(kept.length + bytes.length);
  both.set(kept);
  both.set(bytes, kept.length);
  return both;
}
