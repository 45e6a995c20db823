import { promisify } from "node:util";
import { crc32 as nodeCrc32, deflateRaw, inflateRawSync } from "node:zlib";

const pack = promisify<Uint8Array, Uint8Array>(deflateRaw);

/** Compresses without a header (RFC 1951). */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  return await pack(bytes);
}

/** Undoes {@link deflate}. @returns undefined when the bytes are not that, or bring more than `maxLength`. */
export function inflate(bytes: Uint8Array, maxLength: number): Uint8Array | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, maxLength) });
  } catch {
    return undefined;
  }
}

/** The checksum of gzip and PNG (ISO 3309). @param from the checksum of what came before. @default 0 */
export function crc32(bytes: Uint8Array, from = 0): number {
  return nodeCrc32(bytes, from);
}
