import { type Config, loadConfig } from "../feeds/config.ts";
import { secretsIn } from "../model/redact.ts";
import { openLog } from "../runtime/log.ts";
import type { Terminal } from "../runtime/terminal.ts";
import type { Options } from "./arguments.ts";

/** The configuration that `--config` names, else the usual one. @throws {ConfigError} */
export function configOf(options: Options, { env }: Pick<Terminal, "env">): Promise<Config> {
  const file = options.get("config")?.[0];
  return loadConfig(file === undefined ? { env } : { env, file });
}

/** The log of a command: JSON lines on standard error, and files where the configuration wants them. */
export function openCommandLog(config: Config, { err }: Pick<Terminal, "err">) {
  return openLog({ ...config.log, secrets: secretsIn(config), write: err });
}
