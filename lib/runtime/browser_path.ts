import { join } from "node:path";
import { variable } from "./environment.ts";
import { words } from "../model/words.ts";

/** Where a Chromium may be looked for. */
export interface BrowserSearch {
  readonly os: typeof Deno.build.os;
  /** A variable of the environment; undefined when it is not set. */
  readonly env: (name: string) => string | undefined;
  /** True when there is a file of that path, which may be relative to a folder of `PATH`. */
  readonly exists: (path: string) => Promise<boolean>;
}

/** Names of the program on `PATH`, the plainest first. All of them print in the same way. */
const NAMES = words(`
  chromium chromium-browser google-chrome google-chrome-stable chrome microsoft-edge
  microsoft-edge-stable
`);

const LINUX = ["/snap/bin/chromium", "/opt/google/chrome/chrome", "/opt/microsoft/msedge/msedge"];

const MAC = [
  "Google Chrome.app/Contents/MacOS/Google Chrome",
  "Chromium.app/Contents/MacOS/Chromium",
  "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

const WINDOWS = [
  "Google\\Chrome\\Application\\chrome.exe",
  "Chromium\\Application\\chrome.exe",
  "Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * The path of a Chromium or Chrome on this machine: what the variable `CHROMIUM` names, else the first that `PATH` or
 * the usual places hold.
 *
 * @returns undefined when there is none; what `CHROMIUM` names is returned even when it is not there.
 */
export async function findBrowser(
  search: BrowserSearch = systemSearch(),
): Promise<string | undefined> {
  const named = search.env("CHROMIUM");
  if (named) return named;
  for (const path of browserPaths(search)) {
    if (await search.exists(path)) return path;
  }
  return undefined;
}

/** All places, in the order they are looked at. */
export function browserPaths({ os, env }: Pick<BrowserSearch, "os" | "env">): string[] {
  if (os === "windows") {
    const roots = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].map(env);
    return WINDOWS.flatMap((path) => roots.flatMap((root) => root ? [`${root}\\${path}`] : []));
  }
  const folders = (env("PATH") ?? "").split(":").filter((folder) => folder !== "");
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  if (os !== "darwin") return [...onPath, ...LINUX];
  const home = env("HOME");
  const roots = ["/Applications", ...(home ? [join(home, "Applications")] : [])];
  return [...MAC.flatMap((path) => roots.map((root) => join(root, path))), ...onPath];
}

function systemSearch(): BrowserSearch {
  return {
    os: Deno.build.os,
    env: variable,
    async exists(path) {
      try {
        return (await Deno.stat(path)).isFile;
      } catch {
        // Not there, or not for us.
        return false;
      }
    },
  };
}
