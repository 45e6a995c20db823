import { basename, dirname, join } from "node:path";

/** A file of a database, and what lies beside it. */
export interface DatabaseFile {
  /** Links followed, so that the same file has one path. */
  readonly path: string;
  readonly exists: boolean;
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
  const real = info === undefined
    ? join(await Deno.realPath(dirname(path)), basename(path))
    : await Deno.realPath(path);
  return {
    path: real,
    exists: info !== undefined && info.size > 0,
    hasLog: ((await infoOf(`${real}-wal`))?.size ?? 0) > 0,
    async copyName(schema) {
      const name = `${real}.schema-${schema}`;
      for (let n = 1;; n++) {
        const free = n === 1 ? name : `${name}-${n}`;
        if (await infoOf(free) === undefined) return free;
      }
    },
  };
}

async function infoOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
