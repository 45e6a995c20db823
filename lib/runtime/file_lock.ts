/** A lock that the system takes back when the process that holds it ends, however it ends. */
export interface FileLock {
  /** Gives it back, and removes the file. Safe to call twice. */
  release(): void;
}

/** Another process, or another part of this one, holds the lock. */
export interface HeldLock {
  /** What its holder wrote; undefined where that cannot be read. */
  readonly heldBy: string | undefined;
}

/** A new holder may remove the file between our opening and our locking it; more often than this it is not chance. */
const TRIES = 20;

/**
 * Locks a file, which is made, or says who holds it.
 *
 * @param note what others are to read of the holder.
 * @throws the system's error where the file cannot be made.
 */
export function lockFile(path: string, note: string): FileLock | HeldLock {
  for (let tries = 0; tries < TRIES; tries++) {
    const file = Deno.openSync(path, { create: true, read: true, write: true });
    try {
      if (!triedOften(() => file.tryLockSync(true))) {
        file.close();
        return { heldBy: readNote(path) };
      }
      if (isFileOf(file, path)) return held(file, path, note);
      file.close();
    } catch (error) {
      file.close();
      throw error;
    }
  }
  return { heldBy: readNote(path) };
}

/** Who holds the lock; undefined where nobody does, or that cannot be seen. Changes nothing. */
export function lockHolder(path: string): HeldLock | undefined {
  try {
    using file = Deno.openSync(path);
    return file.tryLockSync(false) ? undefined : { heldBy: readNote(path) };
  } catch {
    return undefined;
  }
}

/** Whoever looks at the lock holds it for less than a millisecond. */
function triedOften(lock: () => boolean): boolean {
  for (let tries = 0; tries < 3; tries++) {
    if (lock()) return true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
  return lock();
}

function held(file: Deno.FsFile, path: string, note: string): FileLock {
  file.truncateSync(0);
  file.writeSync(new TextEncoder().encode(note));
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      try {
        // First removed, then unlocked: whoever opened it meanwhile sees that it is not the one at this path.
        Deno.removeSync(path);
      } catch {
        // Some systems do not remove an open file; an old note in an unlocked file means nothing.
      }
      file.close();
    },
  };
}

/** True while the path still leads to the open file. */
function isFileOf(file: Deno.FsFile, path: string): boolean {
  const opened = file.statSync();
  if (opened.ino === null) return true;
  try {
    const { ino, dev } = Deno.statSync(path);
    return ino === opened.ino && dev === opened.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function readNote(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
