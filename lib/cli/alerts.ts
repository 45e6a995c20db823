import type { Terminal } from "../runtime/terminal.ts";
import { runSubcommand, type Subcommands } from "./subcommands.ts";

/** One file a command: `alerts_<name>.ts`. */
const COMMANDS: Subcommands = {
  rehearse: {
    summary: "what the rules would have come to over past bars",
    load: async () => (await import("./alerts_rehearse.ts")).alertsRehearse,
  },
  send: {
    summary: "sends a test message to a channel",
    load: async () => (await import("./alerts_send.ts")).alertsSend,
  },
};

/**
 * `deno task alerts COMMAND`: rules and channels, without a market.
 *
 * @returns exit code: 0 when all is well, 1 for what could not be done, 2 for a bad command line.
 * @throws {MarketError} for a bad command line or configuration, or files that cannot be read.
 */
export function alerts(args: readonly string[], terminal: Terminal): Promise<number> {
  return runSubcommand("alerts", "Rules and channels of alerts.", COMMANDS, args, terminal);
}
