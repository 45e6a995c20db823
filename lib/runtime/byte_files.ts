import { dirname } from "node:path";
import { makePrivate, PRIVATE_MODE } from "./private_mode.ts";
import { assertReadable } from "./unpack.ts";

/** A file that only grows. */
export interface AppendFile {
  /** Adds bytes at the end; resolves when the disk has them. @throws the system's error; see {@link isWhole}. */
  append(bytes: Uint8Array): Promise<void>;
  /** False when an append that failed has left some of its bytes behind, and the disk does not let them be taken back. */
  readonly isWhole: boolean;
  /** Safe to call twice. */
  close(): void;
}

/** Files of bytes, as a parameter. */
export interface ByteFiles {
  /** Makes a file that must not be there yet, and its folder. */
  create(path: string): Promise<AppendFile>;
  /** The whole file, of up to 512 MB. @throws the system's error. */
  read(path: string): Promise<Uint8Array>;
}

/** The machine's disk. */
export const systemByteFiles: ByteFiles = {
  async create(path) {
    await Deno.mkdir(dirname(path), { recursive: true });
    // A recording may name accounts.
    const file = await Deno.open(path, { createNew: true, append: true, mode: PRIVATE_MODE });
    makePrivate(path);
    let isOpen = true;
    let isWhole = true;
    let length = 0;
    return {
      async append(bytes) {
        try {
          for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
          await file.syncData();
          length += bytes.length;
        } catch (error) {
          await file.truncate(length).catch(() => isWhole = false);
          throw error;
        }
      },
      get isWhole() {
        return isWhole;
      },
      close() {
        if (isOpen) file.close();
        isOpen = false;
      },
    };
  },
  async read(path) {
    assertReadable((await Deno.stat(path)).size);
    return await Deno.readFile(path);
  },
};
