import { fileURLToPath } from "node:url";

/** The disk, as a parameter. */
export interface Files {
  /** The text of a file; a `.gz` file is unpacked. */
  readText(path: string): Promise<string>;
  /** Writes a whole file, making its folder when it is not there. */
  writeText(path: string, text: string): Promise<void>;
  exists(path: string): Promise<boolean>;
}

/** The machine's disk. */
export const systemFiles: Files = {
  async readText(path) {
    const bytes = await Deno.readFile(path);
    if (!path.endsWith(".gz")) return new TextDecoder().decode(bytes);
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await new Response(unpacked).text();
  },
  async writeText(path, text) {
    const folder = path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")));
    if (folder !== "") await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(path, text);
  },
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

const ROOT = new URL("../../", import.meta.url);

/** Path of something in this checkout, wherever the process was started: `notebooks/config.yaml`. */
export function projectPath(name: string): string {
  return fileURLToPath(new URL(name, ROOT));
}
