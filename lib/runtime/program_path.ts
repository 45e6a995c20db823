import { delimiter, isAbsolute, join } from "node:path";
import { variable } from "./environment.ts";

const WINDOWS_ENDINGS = [".exe", ".cmd", ".bat", ""];

/** The path of a program that `PATH` holds; undefined when there is none. A path stands for itself. */
export async function programPath(name: string): Promise<string | undefined> {
  if (isAbsolute(name)) return name;
  const endings = Deno.build.os === "windows" ? WINDOWS_ENDINGS : [""];
  for (const folder of (variable("PATH") ?? "").split(delimiter)) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (folder !== "" && await isFile(path)) return path;
    }
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    // Not there, or not for us.
    return false;
  }
}
