import { MarketError } from "../model/errors.ts";
import type { Files } from "../runtime/files.ts";
import type { ByteFiles } from "../runtime/byte_files.ts";
import { TooLargeError } from "../runtime/unpack.ts";

/**
 * The text of a file that an option names; one that ends in `.gz` is unpacked.
 *
 * @param option the option, for the message: `--bars`.
 * @throws {MarketError} `file` when it cannot be read, saying why and what to do.
 */
export async function readGiven(path: string, option: string, files: Files): Promise<string> {
  return await reading(path, option, () => files.readText(path));
}

/** The same of its bytes, packed or not. @param mostPacked see `ByteFiles` */
export async function readGivenBytes(
  path: string,
  option: string,
  files: Pick<ByteFiles, "read">,
  mostPacked: number,
): Promise<Uint8Array> {
  return await reading(path, option, () => files.read(path, { mostPacked }));
}

async function reading<T>(path: string, option: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof TooLargeError) {
      throw new MarketError(
        "file",
        "configure",
        `${path} is too large to be read: ${what}. Cut it to the months you need, or split it.`,
        { cause },
      );
    }
    const isPacked = path.endsWith(".gz") && /gzip|decompress|unexpected end/i.test(what);
    const advice = isPacked
      ? "It is named as packed by gzip, but is cut off, damaged or not packed: download it again, or leave out the .gz."
      : `Check the path given with ${option}.`;
    throw new MarketError("file", "configure", `${path} cannot be read: ${what}. ${advice}`, {
      cause,
    });
  }
}
