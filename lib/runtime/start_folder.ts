import { isAbsolute, relative, resolve } from "node:path";
import { environmentVariable, type ReadVariable } from "./environment.ts";
import { projectPath } from "./files.ts";

/** What {@link startFolder} asks of the machine. */
export interface StartFolderPorts {
  /** Folder that this process runs in. */
  readonly cwd: string;
  /** This project's folder. */
  readonly project: string;
  readonly variable: ReadVariable;
}

/**
 * The folder that the user stands in, as a path from the one that this process runs in: `notebooks/mine`; empty where
 * they are the same. `deno task` runs everything in the project's folder and notes in INIT_CWD where it was called, as
 * npx does. A process that runs elsewhere was not started by a task, and the variable is somebody else's.
 */
export function startFolder(ports: StartFolderPorts = systemPorts()): string {
  const { cwd, project } = ports;
  const start = ports.variable("INIT_CWD");
  if (start === undefined || !isAbsolute(start) || relative(project, cwd) !== "") return "";
  return relative(cwd, start);
}

function systemPorts(): StartFolderPorts {
  return { cwd: Deno.cwd(), project: resolve(projectPath("")), variable: environmentVariable };
}
