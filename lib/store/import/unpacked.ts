import { configure, type Entry, Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import type { MarketError } from "../../model/errors.ts";
import { gunzipText, MAX_FILE_TEXT, TooLargeError } from "../../runtime/unpack.ts";
import { importRefusal } from "./import_refusal.ts";

/** A file as it is read: text, or Parquet, which is read by its parts. */
export type Unpacked =
  | { readonly kind: "text"; readonly name: string; readonly text: string }
  | { readonly kind: "parquet"; readonly name: string; readonly bytes: Uint8Array };

/** What may be in a zip archive: tables. */
const TABLE = /\.(csv|txt|tsv|json)$/i;
/**
 * Most bytes of a file that is packed: rows of numbers are packed to a fifth, so that a larger one brings more than is
 * read.
 */
export const MOST_PACKED = 128_000_000;
/** What claims to be larger is counted before it is kept. */
const COUNTED_BYTES = 64_000_000;
/** Archives of the venues hold one file. */
const MOST_ENTRIES = 1_000;

/**
 * What a file holds, by its first bytes and not by its name: gzip and zip are unpacked, up to 512 MB.
 *
 * @throws {MarketError} `import` for an archive that is damaged, holds no table or several, or brings too much.
 */
export async function unpacked(name: string, bytes: Uint8Array): Promise<Unpacked> {
  if (begins(bytes, "PAR1")) return { kind: "parquet", name, bytes };
  if (begins(bytes, "PK\x03\x04") || begins(bytes, "PK\x05\x06")) {
    return { kind: "text", name, text: await unzippedText(name, bytes) };
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return { kind: "text", name, text: await gunzipped(name, bytes) };
  }
  return { kind: "text", name, text: new TextDecoder().decode(bytes) };
}

function begins(bytes: Uint8Array, text: string): boolean {
  return Array.from(text).every((letter, at) => bytes[at] === letter.charCodeAt(0));
}

async function gunzipped(name: string, bytes: Uint8Array): Promise<string> {
  try {
    return await gunzipText(bytes);
  } catch (error) {
    throw unpackRefusal(name, error);
  }
}

function unpackRefusal(name: string, error: unknown): MarketError {
  const next = error instanceof TooLargeError
    ? "Take a file of fewer days, or unpack it and split it"
    : "Download it again";
  return importRefusal(`${name} cannot be unpacked: ${(error as Error).message}. ${next}.`, error);
}

async function unzippedText(name: string, bytes: Uint8Array): Promise<string> {
  configure({ useWebWorkers: false });
  const zip = new ZipReader(new Uint8ArrayReader(bytes), { checkSignature: true });
  try {
    const tables = [];
    let entries = 0;
    for await (const entry of zip.getEntriesGenerator()) {
      if (++entries > MOST_ENTRIES) {
        throw importRefusal(`${name} holds more than ${MOST_ENTRIES} files.`);
      }
      if (!entry.directory && TABLE.test(entry.filename)) tables.push(entry);
    }
    const [table, ...others] = tables;
    if (table === undefined) {
      throw importRefusal(`${name} holds no CSV or JSON file: unpack it, and import the table.`);
    }
    if (others.length > 0) {
      throw importRefusal(
        `${name} holds ${tables.length} tables: unpack it, and import them one by one.`,
      );
    }
    if (table.uncompressedSize > COUNTED_BYTES) await unpack(name, table, () => {});
    let text = "";
    const decoder = new TextDecoder();
    await unpack(name, table, (chunk) => text += decoder.decode(chunk, { stream: true }));
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof Error && error.name === "MarketError") throw error;
    throw unpackRefusal(name, error);
  } finally {
    await zip.close();
  }
}

/** Unpacks an entry; it brings no more than its header says, and no more than a file may have. */
async function unpack(
  name: string,
  entry: Extract<Entry, { directory: false }>,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  if (entry.encrypted) throw importRefusal(`${name} is encrypted: unpack it yourself.`);
  const said = entry.uncompressedSize;
  assertUnpacked(said);
  let length = 0;
  await entry.getData(
    new WritableStream<Uint8Array>({
      write(chunk) {
        length += chunk.length;
        assertUnpacked(length);
        if (length > said) throw new Error("it unpacks to more than it says");
        take(chunk);
      },
    }),
  );
}

function assertUnpacked(bytes: number): void {
  if (bytes <= MAX_FILE_TEXT) return;
  throw new TooLargeError(`it unpacks to more than ${Math.round(MAX_FILE_TEXT / 1e6)} MB`);
}
