import { crc32, deflate, inflate } from "../../runtime/deflate.ts";

/**
 * A recording's file is a row of gzip members, so that `zcat` reads it. Each carries an extra field that makes
 * it stand for itself: how long it is, its number, and a checksum over all of it. So a reader finds the end of
 * the last whole one whatever happened to the file behind it.
 *
 * ```text
 *  0  1f 8b 08 04  gzip, deflate, with extra field; time 0, flags 0, system 255
 * 10  20 0         length of the extra field
 * 12  "CV" 16 0    our subfield
 * 16  u32          length of the whole block
 * 20  u32          number of the block in the recording, from 0
 * 24  u32          rows in it
 * 28  u32          CRC-32 of the whole block, this field being 0
 * 32  …            deflated text: one row a line
 * -8  u32 u32      CRC-32 and length of the text, as in every gzip member
 * ```
 */
const HEADER = Uint8Array.of(31, 139, 8, 4, 0, 0, 0, 0, 0, 255, 20, 0, 67, 86, 16, 0);
const LENGTH_AT = 16;
const NUMBER_AT = 20;
const ROWS_AT = 24;
const CHECKSUM_AT = 28;
const DATA_AT = 32;
const TRAILER = 8;
/** Longer blocks and texts, or more rows, are not written, and not believed: a block ends at a quarter of a MB. */
const MAX_BLOCK_BYTES = 64 * 2 ** 20;
const MAX_TEXT_BYTES = 64 * 2 ** 20;
const MAX_BLOCK_ROWS = 100_000;
const ZERO = new Uint8Array(4);

/** Lines of one block, whole. */
export interface Block {
  readonly kind: "block";
  readonly number: number;
  readonly lines: readonly string[];
  /** Where the next one begins. */
  readonly end: number;
}

/** What stands at a place of a file. */
export type Found =
  | Block
  /** The file is over. */
  | { readonly kind: "end" }
  /** The block began but the file ends before it does: the writer was stopped. */
  | { readonly kind: "torn"; readonly why: string }
  /** Bytes that were not written so. */
  | { readonly kind: "damaged"; readonly why: string };

/** Packs lines, none of which may hold a line break, into one block. */
export async function packBlock(number: number, lines: readonly string[]): Promise<Uint8Array> {
  const text = new TextEncoder().encode(`${lines.join("\n")}\n`);
  const packed = await deflate(text);
  const block = new Uint8Array(DATA_AT + packed.length + TRAILER);
  const view = new DataView(block.buffer);
  block.set(HEADER);
  block.set(packed, DATA_AT);
  view.setUint32(LENGTH_AT, block.length, true);
  view.setUint32(NUMBER_AT, number, true);
  view.setUint32(ROWS_AT, lines.length, true);
  view.setUint32(block.length - TRAILER, crc32(text), true);
  view.setUint32(block.length - 4, text.length, true);
  view.setUint32(CHECKSUM_AT, crc32(block), true);
  return block;
}

/** Reads the block that begins at `at`. Total: any bytes give an answer. */
export function unpackBlock(bytes: Uint8Array, at: number): Found {
  const rest = bytes.subarray(at);
  if (rest.length === 0) return { kind: "end" };
  for (const [i, byte] of HEADER.entries()) {
    if (i < rest.length && rest[i] !== byte) return damaged("no block begins there");
  }
  if (rest.length < DATA_AT) return { kind: "torn", why: "the file ends in the head of a block" };
  const view = new DataView(rest.buffer, rest.byteOffset);
  const length = view.getUint32(LENGTH_AT, true);
  if (length < DATA_AT + TRAILER || length > MAX_BLOCK_BYTES) {
    return damaged(`a block claims a length of ${length} bytes`);
  }
  if (rest.length < length) return { kind: "torn", why: "the file ends in the middle of a block" };
  const rows = view.getUint32(ROWS_AT, true);
  if (rows > MAX_BLOCK_ROWS) return damaged(`a block claims ${rows} rows`);
  const block = rest.subarray(0, length);
  if (checksumOf(block) !== view.getUint32(CHECKSUM_AT, true)) {
    return damaged("a block does not match its checksum");
  }
  const textLength = view.getUint32(length - 4, true);
  const text = textLength > MAX_TEXT_BYTES
    ? undefined
    : inflate(block.subarray(DATA_AT, length - TRAILER), textLength);
  if (text?.length !== textLength || crc32(text) !== view.getUint32(length - TRAILER, true)) {
    return damaged("a block does not unpack to what was packed");
  }
  const lines = new TextDecoder().decode(text).split("\n");
  if (lines.pop() !== "" || lines.length !== rows) {
    return damaged("a block holds another number of rows than it says");
  }
  return { kind: "block", number: view.getUint32(NUMBER_AT, true), lines, end: at + length };
}

function checksumOf(block: Uint8Array): number {
  const before = crc32(ZERO, crc32(block.subarray(0, CHECKSUM_AT)));
  return crc32(block.subarray(DATA_AT), before);
}

function damaged(why: string): Found {
  return { kind: "damaged", why };
}
