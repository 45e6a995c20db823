import { isAbsolute, relative } from "node:path";

/** Which file a path leads to, through links and whatever the case of its letters; a parameter, as the disk is. */
export interface FilePlaces {
  /** The same text for the same file, by whatever path; undefined when there is none. */
  identity(path: string): Promise<string | undefined>;
  /** True when the file, links followed, lies somewhere within the folder. */
  isWithin(path: string, folder: string): Promise<boolean>;
}

/** The machine's disk. */
export const systemFilePlaces: FilePlaces = {
  async identity(path) {
    try {
      const { dev, ino } = await Deno.stat(path);
      // Windows has no number of a file for us, and does not distinguish the case of letters.
      return ino === null ? (await Deno.realPath(path)).toLowerCase() : `${dev}:${ino}`;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  async isWithin(path, folder) {
    try {
      const way = relative(await Deno.realPath(folder), await Deno.realPath(path));
      return !isAbsolute(way) && !/^\.\.([\\/]|$)/.test(way);
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  },
};

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
