import { MarketError } from "../model/errors.ts";
import { redact } from "../model/redact.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { runSubcommand, type Subcommands } from "./subcommands.ts";

/** One file a command: `store_<name>.ts`. */
const COMMANDS: Subcommands = {
  info: {
    summary: "shows what is stored",
    load: async () => (await import("./store_info.ts")).storeInfo,
  },
  check: {
    summary: "looks for damage",
    load: async () => (await import("./store_check.ts")).storeCheck,
  },
  fetch: {
    summary: "has the venues' history written to it, as far as it lacks it",
    load: async () => (await import("./store_fetch.ts")).storeFetch,
  },
  compare: {
    summary: "lays stored bars on those of another source",
    load: async () => (await import("./store_compare.ts")).storeCompare,
  },
  import: {
    summary: "brings in a file of bars or trades",
    load: async () => (await import("./store_import.ts")).storeImport,
  },
  export: {
    summary: "writes what is stored, or what follows from it, into a file",
    load: async () => (await import("./store_export.ts")).storeExport,
  },
  sql: {
    summary: "asks it by SQL, which only reads",
    load: async () => (await import("./store_sql.ts")).storeSql,
  },
};

/** The command line or the configuration is at fault; any other refusal is a failure. */
const USAGE: ReadonlySet<string> = new Set(["usage", "config"]);

/**
 * `deno task store COMMAND`: what outlives a run: looks at it, brings files in and out.
 *
 * @returns exit code: 0 when all is well, 1 for damage or work that could not be done.
 * @throws {MarketError} for a bad command line or configuration.
 */
export async function store(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await runSubcommand(
      "store",
      "What is stored: bars, trades, alerts.",
      COMMANDS,
      args,
      terminal,
    );
  } catch (error) {
    if (!(error instanceof MarketError) || USAGE.has(error.code)) throw error;
    terminal.err(`${redact(error.message)}\n`);
    return 1;
  }
}
