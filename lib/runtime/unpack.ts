import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** Longest text of a file, bytes once unpacked: no text of JavaScript can be much longer. */
export const MAX_FILE_TEXT = 512_000_000;

/** So much unpacks to 64 MB at most: a byte of gzip to 1,032. */
const SMALL_BYTES = 62_000;
const CHUNK = 65_536;

/** A file is longer than anybody can read whole. Its message is the end of a sentence about the file. */
export class TooLargeError extends RangeError {
  override readonly name = "TooLargeError";
}

/**
 * The text of a gzip file of one or several members, unpacked piece by piece.
 *
 * @param most bytes of text at most. @default 512 MB
 * @throws {TooLargeError} when it unpacks to more.
 * @throws {Error} when it is not gzip, or not whole.
 */
export async function gunzipText(bytes: Uint8Array, most = MAX_FILE_TEXT): Promise<string> {
  // First counted alone: what unpacks to too much must not fill the memory before it is known.
  if (bytes.length > SMALL_BYTES) await gunzip(bytes, most, () => {});
  const decoder = new TextDecoder();
  let text = "";
  await gunzip(bytes, most, (chunk) => text += decoder.decode(chunk, { stream: true }));
  return text + decoder.decode();
}

async function gunzip(
  bytes: Uint8Array,
  most: number,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const unpacking = createGunzip({ chunkSize: CHUNK });
  let length = 0;
  Readable.from([bytes]).pipe(unpacking);
  try {
    for await (const chunk of unpacking) {
      length += chunk.length;
      if (length > most) {
        throw new TooLargeError(`it unpacks to more than ${inMegabytes(most)}`);
      }
      take(chunk);
    }
  } catch (error) {
    if (error instanceof TooLargeError) throw error;
    throw new Error(`it is not whole gzip (${(error as Error).message})`, { cause: error });
  } finally {
    unpacking.destroy();
  }
}

/** @throws {TooLargeError} for a size that is not read. */
export function assertReadable(bytes: number, most = MAX_FILE_TEXT): void {
  if (bytes > most) throw new TooLargeError(`it is larger than ${inMegabytes(most)}`);
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
