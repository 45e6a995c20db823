import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { PRIVATE_MODE } from "./private_mode.ts";
import { readBounded } from "./read_bounded.ts";
import { gunzipText } from "./unpack.ts";
import { type Pieces, writeWhole } from "./whole_file.ts";

/** How a file is written. */
export interface WriteOptions {
  /**
   * Nobody but this user may read it, also where it replaces one that others could read: for what may name accounts.
   * @default false
   */
  readonly isPrivate?: boolean;
}

/** The disk, as a parameter. */
export interface Files {
  /** The text of a file of up to 512 MB; a `.gz` file is unpacked. @throws the system's error, or what is wrong with it. */
  readText(path: string): Promise<string>;
  /** Writes a whole file or leaves the old one, making its folder when it is not there. @throws the system's error. */
  writeText(path: string, text: string, options?: WriteOptions): Promise<void>;
  /** The same from bytes that are made as they are written, so that memory holds a piece of them. */
  writePieces(path: string, pieces: Pieces, options?: WriteOptions): Promise<void>;
  exists(path: string): Promise<boolean>;
}

/** The machine's disk. */
export const systemFiles: Files = {
  async readText(path) {
    const bytes = await readBounded(path);
    return path.endsWith(".gz") ? await gunzipText(bytes) : new TextDecoder().decode(bytes);
  },
  writeText: writeContent,
  writePieces: writeContent,
  async exists(path) {
    try {
      await Deno.stat(path);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  },
};

async function writeContent(
  path: string,
  content: string | Pieces,
  { isPrivate = false }: WriteOptions = {},
): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await writeWhole(path, content, isPrivate ? { mode: PRIVATE_MODE } : {});
}

const ROOT = new URL("../../", import.meta.url);

/** Path of something in this checkout, wherever the process was started: `notebooks/config.yaml`. */
export function projectPath(name: string): string {
  return fileURLToPath(new URL(name, ROOT));
}
