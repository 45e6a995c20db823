import type { TapeDisk } from "../../../lib/feeds/recording/tape_reader.ts";
import type { ByteFiles } from "../../../lib/runtime/byte_files.ts";

/** A disk in memory, which may be slow or fail on demand. */
export class MemoryDisk {
  readonly content = new Map<string, Uint8Array>();
  /** Awaited before each write. */
  wait: () => Promise<void> = () => Promise.resolve();
  /** Bytes of the next write that reach the disk before it fails; undefined lets it through. */
  failAfter: number | undefined;
  failures = 0;
  /** Whether a write that fails leaves nothing behind. */
  takesBack = false;

  readonly bytes: ByteFiles = {
    create: (path) => {
      if (this.content.has(path)) return Promise.reject(new Error(`${path} is there already`));
      this.content.set(path, new Uint8Array());
      let isWhole = true;
      return Promise.resolve({
        get isWhole() {
          return isWhole;
        },
        append: async (bytes) => {
          await this.wait();
          const { failAfter } = this;
          const taken = failAfter === undefined ? bytes : bytes.subarray(0, failAfter);
          this.content.set(path, joined(this.content.get(path)!, taken));
          if (failAfter === undefined) return;
          this.failures++;
          isWhole = this.takesBack;
          const kept = this.content.get(path)!.length - (isWhole ? taken.length : 0);
          this.content.set(path, this.content.get(path)!.slice(0, kept));
          throw new Error("no space left on device");
        },
        close: () => {},
      });
    },
    read: (path) => {
      const bytes = this.content.get(path);
      return bytes === undefined ? Promise.reject(new Error("not found")) : Promise.resolve(bytes);
    },
  };

  readonly tape: TapeDisk = {
    bytes: this.bytes,
    folders: {
      files: (folder, ending) =>
        Promise.resolve(
          [...this.content.keys()].filter((path) =>
            path.startsWith(`${folder}/`) && path.endsWith(ending)
          ).sort(),
        ),
      removeFile: () => Promise.reject(new Error("a recording is never removed")),
    },
    files: {
      readText: async (path) => new TextDecoder().decode(await this.bytes.read(path)),
      writeText: (path, text) => {
        this.content.set(path, new TextEncoder().encode(text));
        return Promise.resolve();
      },
      exists: (path) => Promise.resolve(this.content.has(path)),
      writePieces: () => Promise.reject(new Error("nothing is written in pieces")),
    },
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
