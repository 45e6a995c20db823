import { basename, dirname, join, resolve } from "node:path";

/** A file of a database, and what lies beside it. */
export interface DatabaseFile {
  /** Links followed, so that the same file has one path. */
  readonly path: string;
  readonly exists: boolean;
  /** False for a device or a pipe. */
  readonly isFile: boolean;
  /** Changes that are not in the file itself yet lie beside it. */
  readonly hasLog: boolean;
  /** A free name beside the file for a copy of it. */
  copyName(schema: number): Promise<string>;
}

/** @throws the system's error where there is no folder for it, or something else than a file is in the way. */
export async function databaseFile(path: string): Promise<DatabaseFile> {
  const info = await infoOf(path);
  if (info?.isDirectory) {
    throw Object.assign(new Deno.errors.IsADirectory(`'${path}' is a folder`), { code: "EISDIR" });
  }
  const isFile = info === undefined || info.isFile;
  // Where a device really is may not be asked.
  const real = info === undefined ? await placeOf(path) : isFile ? await Deno.realPath(path) : path;
  return {
    path: real,
    isFile,
    exists: info !== undefined && info.size > 0,
    hasLog: isFile && ((await infoOf(`${real}-wal`))?.size ?? 0) > 0,
    async copyName(schema) {
      const name = `${real}.schema-${schema}`;
      for (let n = 1;; n++) {
        const free = n === 1 ? name : `${name}-${n}`;
        if (await infoOf(free) === undefined) return free;
      }
    },
  };
}

/** Where a file will be made: behind the links that lead to no file yet. Links in a circle have failed before. */
async function placeOf(path: string): Promise<string> {
  const { isSymlink } = await Deno.lstat(path).catch(() => ({ isSymlink: false }));
  if (isSymlink) return await placeOf(resolve(dirname(path), await Deno.readLink(path)));
  return join(await Deno.realPath(dirname(path)), basename(path));
}

async function infoOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
