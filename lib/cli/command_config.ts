import { type Config, loadConfig } from "../feeds/config.ts";
import { configFolder } from "../runtime/config_reader.ts";
import { knownSecrets } from "../runtime/known_secrets.ts";
import { type Log, openLog } from "../runtime/log.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { numberOption, type Options, type OptionSpec } from "./arguments.ts";
import { ScreenLog } from "./screen_log.ts";

/** `--speed` of the commands that run a market. */
export const SPEED_OPTION: OptionSpec = {
  value: "N",
  help: "venue seconds per second of a simulated market or a replay; default as configured",
};
const SLOWEST = 0.001;

/**
 * The configuration that `--config` names, else the usual one, at the speed that `--speed` gives, else its own.
 *
 * @throws {ConfigError}
 * @throws {MarketError} `usage` for a bad speed.
 */
export function configOf(options: Options, { env }: Pick<Terminal, "env">): Promise<Config> {
  const speed = numberOption(options, "speed", { min: SLOWEST });
  return loadConfig({
    env,
    file: options.get("config")?.[0],
    overrides: speed === undefined ? {} : { clock: { speed }, replay: { speed } },
  });
}

/**
 * Runs a command with its log: JSON lines on standard error, plain ones where that is a screen, and JSON in files where
 * the configuration wants them.
 *
 * @param folder where relative paths of secrets begin. @default that of the usual configuration
 * @returns the code of the command; 1 for a clean one whose log lost lines.
 * @throws {MarketError} when the folder of the log cannot be written to.
 */
export async function withCommandLog(
  config: Config,
  { err, isErrorScreen = false }: Pick<Terminal, "err" | "isErrorScreen">,
  use: (log: (source: string) => Log) => Promise<number>,
  folder = configFolder(undefined),
): Promise<number> {
  const screen = new ScreenLog(err);
  const write = isErrorScreen ? (line: string) => screen.take(line) : err;
  const logs = await openLog({
    ...config.log,
    secrets: await knownSecrets(config, { folder }),
    write,
  });
  let code: number;
  try {
    code = await use((source) => logs.child(source));
  } finally {
    await logs.close();
    if (logs.lost > 0) err(lossOf(logs.lost, config.log.dir));
  }
  return logs.lost > 0 ? code || 1 : code;
}

function lossOf(lines: number, dir: string | null): string {
  return `The log in ${dir} is not complete: ${lines} of its lines could not be written there. ` +
    "They stand in this output.\n";
}
