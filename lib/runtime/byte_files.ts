import { dirname } from "node:path";
import { makePrivate, PRIVATE_MODE } from "./private_mode.ts";
import { readBounded } from "./read_bounded.ts";
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

/** How a file is read. */
export interface ReadOptions {
  /** Most bytes of a file that begins as gzip or zip do. @default 512 MB */
  readonly mostPacked?: number;
}

/** Files of bytes, as a parameter. */
export interface ByteFiles {
  /** Makes a file that must not be there yet, and its folder. */
  create(path: string): Promise<AppendFile>;
  /**
   * The whole file, of up to 512 MB.
   *
   * @throws the system's error; {TooLargeError}.
   */
  read(path: string, options?: ReadOptions): Promise<Uint8Array>;
}

async function isPacked(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const head = new Uint8Array(2);
  const isGzip = await file.read(head) === 2 && head[0] === 0x1f && head[1] === 0x8b;
  return isGzip || (head[0] === 0x50 && head[1] === 0x4b);
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
  async read(path, { mostPacked = Infinity } = {}) {
    const { size } = await Deno.stat(path);
    if (size > mostPacked && await isPacked(path)) assertReadable(size, mostPacked);
    return await readBounded(path);
  },
};
