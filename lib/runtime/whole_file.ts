import { dirname, join } from "node:path";
import { assertNoDatabase } from "./assert_no_database.ts";

/** Begin and end of the names of files that are not yet whole. */
const UNFINISHED = /^\.comove-.*\.part$/;

/** Nobody takes longer to write one. */
const WRITING_MS = 60_000;

/** Bytes of a file, some at a time. */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** How a file is made. */
export interface WholeFileOptions {
  /** Permissions of a new file, such as `0o600`. @default those of the file it replaces, else the usual ones */
  readonly mode?: number;
}

/**
 * Writes a file so that its name holds the old content or the new one, and never a part: into a temporary file beside
 * it, which is synced and renamed. When it fails, or the making of its pieces does, the old content stays, and the
 * temporary file is removed.
 *
 * A link is followed. What is no file, such as `/dev/stdout`, is written to as it is. Its folder must be there.
 *
 * @throws the system's error; {MarketError} `usage` where the name is that of a SQLite database.
 */
export async function writeWhole(
  path: string,
  content: Uint8Array | string | Pieces,
  { mode }: WholeFileOptions = {},
): Promise<void> {
  const pieces = piecesOf(content);
  const old = await existing(path);
  if (old !== undefined && !old.isFile) {
    using file = await Deno.open(path, { write: true });
    return await writeAll(file, pieces);
  }
  const target = old === undefined ? path : await Deno.realPath(path);
  await assertNoDatabase(target);
  const permissions = mode ?? (old?.mode == null ? undefined : old.mode & 0o777);
  const folder = dirname(target);
  const temporary = join(folder, `.comove-${crypto.randomUUID()}.part`);
  try {
    await writeSynced(temporary, pieces, permissions);
    await Deno.rename(temporary, target);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

/** Removes what writers that were killed, a minute ago or longer, have left in a folder. */
export async function removeUnfinished(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!UNFINISHED.test(name)) continue;
    const path = join(folder, name);
    const { mtime } = await Deno.lstat(path).catch(() => ({ mtime: null }));
    if (mtime !== null && Date.now() - mtime.getTime() > WRITING_MS) {
      await Deno.remove(path).catch(() => {});
    }
  }
}

/** Writes bytes to a file that must not be there yet, and waits for the disk. @throws the system's error. */
export async function writeSynced(
  path: string,
  content: Uint8Array | Pieces,
  mode: number | undefined,
): Promise<void> {
  const options = { write: true, createNew: true };
  using file = await Deno.open(path, mode === undefined ? options : { ...options, mode });
  // The mask of the process may have cut it; some disks know no permissions.
  if (mode !== undefined) await Deno.chmod(path, mode).catch(() => {});
  await writeAll(file, piecesOf(content));
  await file.sync();
}

async function writeAll(file: Deno.FsFile, pieces: Pieces): Promise<void> {
  for await (const bytes of pieces) {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  }
}

function piecesOf(content: Uint8Array | string | Pieces): Pieces {
  if (typeof content === "string") return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}

async function existing(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The new name is on the disk too, where a folder can be synced. */
async function syncFolder(folder: string): Promise<void> {
  try {
    using opened = await Deno.open(folder);
    await opened.sync();
  } catch {
    // Windows, some network disks, or no right to read: the file itself is safe.
  }
}
