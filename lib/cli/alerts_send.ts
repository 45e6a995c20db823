import { openChannel } from "../alerts/channels/registry.ts";
import type { Outcome } from "../alerts/channels/outcome.ts";
import { machinePorts } from "../alerts/open_delivery.ts";
import { testMessage } from "../alerts/test_message.ts";
import { nearest } from "../model/nearest.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { configFolder } from "../runtime/config_reader.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { type OptionSpec, parseCommandLine, usageError, usageOf } from "./arguments.ts";
import { configOf } from "./command_config.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: {
    value: "FILE",
    help: "configuration (YAML) with the channel; default notebooks/config.yaml",
  },
  help: { help: "show this text" },
};

/**
 * `deno task alerts send CHANNEL`: sends one test message, once.
 *
 * @returns exit code: 0 when it was delivered, else 1.
 * @throws {MarketError} for a bad command line, configuration or secret.
 */
export async function alertsSend(
  args: readonly string[],
  terminal: Terminal,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<number> {
  const { options, positionals } = parseCommandLine(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("alerts send CHANNEL", "Sends a test message to a channel.", OPTIONS));
    return 0;
  }
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) {
    throw usageError("alerts send needs the name of one channel of alerts.channels");
  }
  const { alerts: { channels } } = await configOf(options, terminal);
  const entry = Object.hasOwn(channels, name) ? channels[name] : undefined;
  if (entry === undefined) throw usageError(noChannel(name, Object.keys(channels)));
  const folder = configFolder(options.get("config")?.[0]);
  const channel = await openChannel(name, entry, machinePorts(clock), { folder });
  const outcome = await channel.send(testMessage(name, clock.now()), terminal.stop);
  terminal.out(`${name} (${channel.kind}, ${channel.host}): ${outcomeText(outcome)}\n`);
  return outcome.kind === "delivered" ? 0 : 1;
}

function noChannel(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return `${name} is no channel of alerts.channels; known: ${known.join(", ") || "none"}${hint}`;
}

/** What became of a test message, for people. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "delivered":
      return `delivered (${outcome.receipt})`;
    case "unknown":
      return `perhaps delivered: ${outcome.reason}`;
    case "retry":
      return outcome.afterMs === undefined
        ? `not delivered: ${outcome.reason}; try again later`
        : `not delivered: ${outcome.reason}; try again in ${Math.ceil(outcome.afterMs / 1_000)} s`;
    case "refused":
    case "configure":
    case "gone":
      return `not delivered: ${outcome.reason}`;
  }
}
