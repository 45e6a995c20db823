import type { Terminal } from "../runtime/terminal.ts";
import { runSubcommand, type Subcommands } from "./subcommands.ts";

/** One file a command: `store_<name>.ts`. */
const COMMANDS: Subcommands = {};

/**
 * `deno task store COMMAND`: what outlives a run: looks at it, brings files in and out.
 *
 * @returns exit code: 0 when all is well, 1 for damage or work that could not be done, 2 for a bad command line.
 * @throws {MarketError} for a bad command line or configuration, or a store that cannot be opened.
 */
export function store(args: readonly string[], terminal: Terminal): Promise<number> {
  return runSubcommand("store", "What is stored: bars, trades, alerts.", COMMANDS, args, terminal);
}
