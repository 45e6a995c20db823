import { dirname } from "node:path";

/** A file that only grows. */
export interface AppendFile {
  /** Adds bytes at the end; resolves when the disk has them. @throws the system's error. */
  append(bytes: Uint8Array): Promise<void>;
  /** Safe to call twice. */
  close(): void;
}

/** Files of bytes, as a parameter. */
export interface ByteFiles {
  /** Makes a file that must not be there yet, and its folder. */
  create(path: string): Promise<AppendFile>;
  /** The whole file. @throws the system's error. */
  read(path: string): Promise<Uint8Array>;
}

/** The machine's disk. */
export const systemByteFiles: ByteFiles = {
  async create(path) {
    await Deno.mkdir(dirname(path), { recursive: true });
    const file = await Deno.open(path, { createNew: true, append: true });
    let isOpen = true;
    return {
      async append(bytes) {
        for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
        await file.syncData();
      },
      close() {
        if (isOpen) file.close();
        isOpen = false;
      },
    };
  },
  read: (path) => Deno.readFile(path),
};
