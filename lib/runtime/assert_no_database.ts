import { MarketError } from "../model/errors.ts";

const HEADER = new TextEncoder().encode("SQLite format 3\0");
/** Beside a database lie its log and the index of it: rows that are not yet in the file itself. */
const SIDE_FILE = /-(wal|shm|journal)$/;

/**
 * Throws where a file is a SQLite database, or one of the files beside it that hold its newest rows: nothing that is
 * written as a whole may take its place.
 *
 * @throws {MarketError} `usage`; the system's error where the file cannot be read.
 */
export async function assertNoDatabase(path: string): Promise<void> {
  if (await isDatabase(path) || await isDatabase(path.replace(SIDE_FILE, ""))) {
    throw new MarketError(
      "usage",
      "configure",
      `${path} is a SQLite database or a part of one, which is never written over. Name another file.`,
    );
  }
}

async function isDatabase(path: string): Promise<boolean> {
  try {
    if (!(await Deno.stat(path)).isFile) return false;
    using file = await Deno.open(path);
    const head = new Uint8Array(HEADER.length);
    return await file.read(head) === HEADER.length && head.every((byte, at) => byte === HEADER[at]);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
