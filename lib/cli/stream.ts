import { type Clock, systemClock } from "../runtime/clock.ts";
import { configFolder } from "../runtime/config_reader.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { numberOption, type OptionSpec, parseArguments, usageOf } from "./arguments.ts";
import { configOf, SPEED_OPTION, withCommandLog } from "./command_config.ts";
import { runMarket } from "./market_run.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: { value: "FILE", help: "configuration (YAML); default notebooks/config.yaml" },
  minutes: { value: "N", help: "stop once N venue minutes have closed" },
  speed: SPEED_OPTION,
  export: { value: "DIR", help: "write bars, correlations, coverage and events there at the end" },
  help: { help: "show this text" },
};

/** The outside world of {@link stream}. */
export interface StreamPorts {
  readonly clock?: Clock;
  readonly files?: Files;
}

/**
 * `deno task stream`: the whole pipeline without a notebook. JSON log lines on stderr (plain ones where
 * that is a screen), a correlation table each venue minute on stdout.
 *
 * @returns exit code: 0 after a clean stop, 1 when a venue or an instrument needs the user.
 * @throws {MarketError} for a bad command line or configuration, or an export that cannot be written.
 */
export async function stream(
  args: readonly string[],
  terminal: Terminal,
  { clock = systemClock, files = systemFiles }: StreamPorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("stream", "Streams the configured markets.", OPTIONS));
    return 0;
  }
  const minutes = numberOption(options, "minutes", { min: 1, isWhole: true }) ?? Infinity;
  const exportDir = options.get("export")?.[0];
  const config = await configOf(options, terminal);
  return await withCommandLog(
    config,
    terminal,
    (log) =>
      runMarket(config, {
        terminal,
        clock,
        files,
        minutes,
        exportDir,
        log,
        configFile: options.get("config")?.[0],
      }),
    configFolder(options.get("config")?.[0]),
  );
}
