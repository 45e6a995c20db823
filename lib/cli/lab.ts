import { basename, delimiter, join, resolve } from "node:path";
import { denoPath } from "../runtime/child_process.ts";
import { type Files, projectPath, systemFiles } from "../runtime/files.ts";
import { type RunInForeground, runInForeground } from "../runtime/foreground.ts";
import { denoVersion } from "../runtime/probe.ts";
import { variable } from "../runtime/environment.ts";
import { type RunProgram, runProgram } from "../runtime/run_program.ts";
import { type MakeTempFolder, makeTempFolder } from "../runtime/temp_folder.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { givenPath } from "./given_path.ts";

/** The outside world of {@link lab}. */
export interface LabPorts {
  readonly runProgram: RunProgram;
  readonly runInForeground: RunInForeground;
  readonly files: Pick<Files, "writeText" | "exists">;
  readonly makeTempFolder: MakeTempFolder;
  /** A variable of the environment; undefined when it is not set. */
  readonly variable: (name: string) => string | undefined;
  /** The Deno that runs the cells, and its version. */
  readonly deno: string;
  readonly denoVersion: string;
}

/** A program that is JupyterLab when these arguments come first. */
interface Launcher {
  readonly command: string;
  readonly args: readonly string[];
}

const USUAL: readonly Launcher[] = [
  { command: "jupyter-lab", args: [] },
  { command: "jupyter", args: ["lab"] },
  { command: "python3", args: ["-m", "jupyterlab"] },
  { command: "python", args: ["-m", "jupyterlab"] },
  { command: "py", args: ["-m", "jupyterlab"] },
];

/** Exit code when JupyterLab is not there. */
const MISSING = 2;

const HELP = `Opens JupyterLab in notebooks/, with the Deno that runs this as its kernel "Deno"

Usage: deno task lab [options of JupyterLab]
  --no-browser, --port 8890, ../path ... go to JupyterLab as they are
  --help                    show this text; \`jupyter lab --help\` shows the options

JupyterLab is the one that the variable JUPYTER names (a jupyter, a jupyter-lab or a python), else the one on PATH.
The kernel is made known to it for as long as it runs; nothing is written to your home folder for that.
`;

/** How to open notebooks when there is no JupyterLab. */
const HOW_TO_GET_IT =
  "install it with `python3 -m pip install jupyterlab`, or open notebooks/ in VS Code " +
  "with its Deno and Jupyter extensions";

/**
 * `deno task lab`: opens JupyterLab in `notebooks/`. Ctrl-C ends it with its kernels.
 *
 * @returns JupyterLab's exit code; 2 when there is no JupyterLab.
 */
export async function lab(
  args: readonly string[],
  terminal: Terminal,
  given: Partial<LabPorts> = {},
): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    terminal.out(HELP);
    return 0;
  }
  const ports: LabPorts = { ...systemPorts(), ...given };
  const named = ports.variable("JUPYTER") || undefined;
  const found = await findLab(named === undefined ? USUAL : [launcherOf(named)], ports.runProgram);
  if (found === undefined) {
    const problem = named === undefined
      ? "JupyterLab was not found"
      : `The variable JUPYTER names ${named}, which does not start JupyterLab`;
    terminal.err(`${problem}: ${HOW_TO_GET_IT}.\n`);
    return MISSING;
  }
  const folder = await ports.makeTempFolder();
  try {
    await ports.files.writeText(
      join(folder.path, "kernels", "deno", "kernel.json"),
      kernelSpec(ports.deno),
    );
    terminal.out(
      `Opening JupyterLab ${found.version} in notebooks/ with the kernel Deno ${ports.denoVersion}. ` +
        "Press Ctrl-C here to end both.\n",
    );
    return await ports.runInForeground({
      command: found.launcher.command,
      args: [...found.launcher.args, ...await fromNotebooks(args, terminal.from, ports.files)],
      cwd: projectPath("notebooks"),
      env: {
        // Searched before all others: a kernel of the same name that an older Deno has installed gives way.
        JUPYTER_PATH: [folder.path, ports.variable("JUPYTER_PATH")].filter(Boolean).join(delimiter),
        DENO_NO_UPDATE_CHECK: "1",
      },
      stop: terminal.stop,
    });
  } finally {
    await folder.remove();
  }
}

/** JupyterLab runs in `notebooks/`: what is a path from where the user stands is made one that holds there. */
async function fromNotebooks(
  args: readonly string[],
  from: string | undefined,
  files: LabPorts["files"],
): Promise<string[]> {
  return await Promise.all(args.map(async (arg) => {
    const path = givenPath(arg, from);
    return !arg.startsWith("-") && await files.exists(path) ? resolve(path) : arg;
  }));
}

/**
 * The text of `kernel.json`: cells run on this executable. `deno jupyter --install` would write the like to the user's
 * home, where it outlives the executable when that came through npx.
 */
export function kernelSpec(deno: string): string {
  const spec = {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
    // Stop is a signal: the notebooks' setup() turns it into the end of the cell.
    interrupt_mode: "signal",
    env: { DENO_NO_UPDATE_CHECK: "1" },
  };
  return `${JSON.stringify(spec, null, 2)}\n`;
}

/** The first that says which JupyterLab it is. */
async function findLab(launchers: readonly Launcher[], run: RunProgram) {
  for (const launcher of launchers) {
    const version = await versionOf(launcher, run);
    if (version !== undefined) return { launcher, version };
  }
  return undefined;
}

async function versionOf(
  { command, args }: Launcher,
  run: RunProgram,
): Promise<string | undefined> {
  try {
    const { code, out } = await run(command, [...args, "--version"]);
    return code === 0 ? /^\d+(\.\w+)+/m.exec(out)?.[0] : undefined;
  } catch {
    // There is no such program.
    return undefined;
  }
}

function launcherOf(command: string): Launcher {
  const name = basename(command).toLowerCase().replace(/\.exe$/, "");
  if (/^jupyter-?lab$/.test(name)) return { command, args: [] };
  return { command, args: /^py(thon[\d.]*)?$/.test(name) ? ["-m", "jupyterlab"] : ["lab"] };
}

/** The machine. */
function systemPorts(): LabPorts {
  return {
    runProgram,
    runInForeground,
    files: systemFiles,
    makeTempFolder,
    variable,
    deno: denoPath(),
    denoVersion: denoVersion(),
  };
}
