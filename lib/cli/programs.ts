/**
 * Prints the programs that a task of `deno.json` starts on this machine, for the `--allow-run` of the task: what is
 * not in this list cannot be started. A kernel of a notebook has every permission all the same: Deno gives it no choice.
 */
import { denoPath } from "../runtime/child_process.ts";
import { findBrowser } from "../runtime/browser_path.ts";
import { variable } from "../runtime/environment.ts";
import { programPath } from "../runtime/program_path.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { runCommand } from "../runtime/terminal.ts";

/** A program's name or path; undefined when it is not on this machine. */
type Program = () => string | undefined | Promise<string | undefined>;

const onPath = (name: string): Program => () => programPath(name);

/** JupyterLab, as `lab` looks for it. */
const LAB = ["jupyter-lab", "jupyter", "python3", "python", "py"].map(onPath);

/** What each task may start. */
const PROGRAMS: Readonly<Record<string, readonly Program[]>> = {
  lab: [denoPath, () => programPath(variable("JUPYTER") || "jupyter"), ...LAB],
  render: [denoPath, findBrowser],
};

/** @returns exit code: 2 for another task. */
export async function programs(args: readonly string[], terminal: Terminal): Promise<number> {
  const [task = ""] = args;
  const wanted = Object.hasOwn(PROGRAMS, task) ? PROGRAMS[task] : undefined;
  if (wanted === undefined) {
    terminal.err(`${task || "nothing"} is not a task whose programs depend on the machine.\n`);
    return 2;
  }
  const found = await Promise.all(wanted.map((program) => program()));
  terminal.out(`${[...new Set(found.filter((path) => path !== undefined))].join(",")}\n`);
  return 0;
}

if (import.meta.main) await runCommand(programs);
