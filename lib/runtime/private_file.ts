import { join } from "node:path";
import { PRIVATE_MODE } from "./private_mode.ts";

/** A file that only this user can read, in a temporary folder of its own. */
export interface PrivateFile {
  readonly path: string;
  /** Removes file and folder. Safe to call twice. */
  remove(): Promise<void>;
}

/** Writes a {@link PrivateFile} for as long as it is needed. */
export type WritePrivateFile = (name: string, text: string) => Promise<PrivateFile>;

/** {@link WritePrivateFile} on the machine's disk. */
export const writePrivateFile: WritePrivateFile = async (name, text) => {
  const folder = await Deno.makeTempDir({ prefix: "comove-" });
  const path = join(folder, name);
  await Deno.writeTextFile(path, text, { mode: PRIVATE_MODE, createNew: true });
  return {
    path,
    async remove() {
      try {
        await Deno.remove(folder, { recursive: true });
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
  };
};
