import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Folders of the disk, as a parameter. */
export interface Folders {
  /**
   * Paths of the files right in a folder whose names end so, in order of name; hidden ones are left out.
   *
   * @returns none when there is no such folder.
   */
  files(folder: string, ending: string): Promise<string[]>;
  /** Removes a file; does nothing when it is not there. */
  removeFile(path: string): Promise<void>;
}

/** The machine's disk. */
export const systemFolders: Folders = {
  async files(folder, ending) {
    try {
      const entries = await Array.fromAsync(Deno.readDir(folder));
      return entries.filter(({ isFile, name }) => isFile && isListed(name, ending))
        .map(({ name }) => join(folder, name)).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  },
  async removeFile(path) {
    try {
      await Deno.remove(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  },
};

/** The `file:` URL of a path, which may be relative to the folder this process runs in. */
export function fileUrl(path: string): string {
  return pathToFileURL(resolve(path)).href;
}

function isListed(name: string, ending: string): boolean {
  return name.endsWith(ending) && !name.startsWith(".");
}
