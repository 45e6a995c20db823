import { nearest } from "../model/nearest.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { usageError } from "./arguments.ts";

/** One command of a task that has several: `deno task store export`. */
export interface Subcommand {
  /** What it does, in the list of commands: a few words without a full stop. */
  readonly summary: string;
  /** Loads its code when it is called. Arguments are those behind its name; it returns its exit code. */
  readonly load: () => Promise<(args: string[], terminal: Terminal) => Promise<number>>;
}

/** The commands of a task, by name. */
export type Subcommands = Readonly<Record<string, Subcommand>>;

/**
 * Runs the command that the first argument names; without one, or with `--help`, lists what there is.
 *
 * @param task its name: `store`.
 * @returns the exit code of the command; 0 for the list that `--help` asks for, 2 for the one that nobody asked for.
 * @throws {MarketError} `usage` for a name that is none.
 */
export async function runSubcommand(
  task: string,
  summary: string,
  commands: Subcommands,
  [name, ...rest]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  if (name === "--help") {
    terminal.out(listOf(task, summary, commands));
    return 0;
  }
  if (name === undefined) {
    terminal.err(listOf(task, summary, commands));
    return 2;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const names = Object.keys(commands);
    const meant = nearest(name, names);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    throw usageError(`${name} is no command of ${task}; known: ${names.join(", ")}${hint}`);
  }
  const run = await command.load();
  return await run(rest, terminal);
}

function listOf(task: string, summary: string, commands: Subcommands): string {
  const lines = Object.entries(commands).map(([name, one]) => `  ${name.padEnd(10)}${one.summary}`);
  return `${summary}\n\nUsage: deno task ${task} COMMAND [options]\n${lines.join("\n")}\n\n` +
    `deno task ${task} COMMAND --help shows the options of a command.\n`;
}
