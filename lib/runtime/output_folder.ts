import { join } from "node:path";
import { MarketError } from "../model/errors.ts";
import { formatUtc } from "../model/time.ts";
import { diskReason } from "./disk_error.ts";
import { PRIVATE_MODE } from "./private_mode.ts";
import { removeUnfinished, writeSynced } from "./whole_file.ts";

/** So much must fit in a folder before work begins whose results go there: what a short run writes. */
const TRIAL_BYTES = 256 * 1_024;
const LOCK = ".comove.lock";

/** A folder that this process alone writes results to, until it lets go. */
export interface OutputFolder {
  readonly path: string;
  /** Lets others write there. Safe to call twice. */
  release(): Promise<void>;
}

/**
 * Makes a folder and tries whether results can be written to it, before the work that they come from.
 *
 * @param asked what names it, for messages: `--out`, `log.dir`.
 * @throws {MarketError} `cannot-write` saying why and what to do.
 */
export async function tryFolder(path: string, asked: string): Promise<void> {
  const trial = join(path, `.comove-${crypto.randomUUID()}.part`);
  try {
    await Deno.mkdir(path, { recursive: true });
    try {
      await writeSynced(trial, new Uint8Array(TRIAL_BYTES), PRIVATE_MODE);
    } finally {
      await Deno.remove(trial).catch(() => {});
    }
  } catch (error) {
    throw new MarketError(
      "cannot-write",
      "configure",
      `${asked} ${path} cannot be written to: ${diskReason(error)}. ` +
        "Nothing was begun. Give a folder that can be written to and has room.",
      { cause: error },
    );
  }
}

/**
 * {@link tryFolder}, and keeps other processes from writing there at the same time.
 *
 * The lock is the system's: it ends with the process, however that ends, so that none is ever stale. Where a disk knows
 * no locks, it is not kept.
 *
 * @throws {MarketError} `cannot-write`; `folder-in-use` naming the process that writes there.
 */
export type ClaimFolder = (path: string, asked: string) => Promise<OutputFolder>;

/** {@link ClaimFolder} on the machine's disk. */
export const claimFolder: ClaimFolder = async (path, asked) => {
  await tryFolder(path, asked);
  const lockPath = join(path, LOCK);
  let lock: Deno.FsFile | undefined = await lockFile(lockPath, path, asked);
  await removeUnfinished(path);
  return {
    path,
    async release() {
      if (lock === undefined) return;
      const held = lock;
      lock = undefined;
      // Removed while it is held: who opens the name later opens another file.
      await Deno.remove(lockPath).catch(() => {});
      held.close();
    },
  };
};

async function lockFile(lockPath: string, path: string, asked: string): Promise<Deno.FsFile> {
  for (;;) {
    const options = { read: true, write: true, create: true, mode: PRIVATE_MODE };
    const file = await Deno.open(lockPath, options);
    try {
      if (!await isLocked(file)) throw await inUse(lockPath, path, asked);
      if (!await isStillNamed(file, lockPath)) {
        file.close();
        continue;
      }
      await file.truncate(0);
      const owner = JSON.stringify({ pid: Deno.pid, since: Date.now() });
      await file.write(new TextEncoder().encode(`${owner}\n`));
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }
}

async function isLocked(file: Deno.FsFile): Promise<boolean> {
  try {
    return await file.tryLock(true);
  } catch {
    // This disk has no locks.
    return true;
  }
}

/** False when the one who held the lock before has removed the file meanwhile. */
async function isStillNamed(file: Deno.FsFile, path: string): Promise<boolean> {
  try {
    const [held, named] = await Promise.all([file.stat(), Deno.stat(path)]);
    return held.ino === named.ino && held.dev === named.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function inUse(lockPath: string, path: string, asked: string): Promise<MarketError> {
  let who = "another process";
  try {
    const { pid, since } = JSON.parse(await Deno.readTextFile(lockPath));
    if (Number.isSafeInteger(pid) && Number.isSafeInteger(since)) {
      who = `process ${pid}, since ${formatUtc(since)}`;
    }
  } catch {
    // It is just writing its name, or the system lets nobody read it.
  }
  return new MarketError(
    "folder-in-use",
    "configure",
    `${asked} ${path} is in use: ${who}, writes its results there. ` +
      "Wait for it to end, or give another folder.",
  );
}
