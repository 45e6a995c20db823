import { type Config, parseConfig } from "../feeds/config.ts";
import { targetOf } from "../market/market_storage.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { systemFiles } from "../runtime/files.ts";
import { openStoreReader } from "../store/open_store.ts";
import type { DataKind, StoreReader } from "../store/store.ts";
import { type StoreTarget, targetName } from "../store/store_options.ts";
import { dataKindOf } from "../store/store_path.ts";
import { type Options, type OptionSpec, usageError } from "./arguments.ts";
import { configOf } from "./command_config.ts";

/** Which store: options of every command of `store`. */
export const STORE_OPTIONS = {
  config: { value: "FILE", help: "configuration (YAML); default notebooks/config.yaml" },
  path: { value: "FILE", help: "the store's file; default that of the configuration" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Where a store is, and the configuration beside it. */
export interface StorePlace {
  /** Of `--config`, else the usual one; the defaults where `--path` alone is given. */
  readonly config: Config;
  readonly target: StoreTarget;
}

/**
 * The store that the options name: `--path`, else that of the configuration.
 *
 * @param dataKind whose default name is meant. @default that of the configured source
 * @throws {ConfigError}
 * @throws {MarketError} `usage` for a path that names nothing.
 */
export async function storePlace(
  options: Options,
  terminal: Pick<Terminal, "env">,
  dataKind?: DataKind,
): Promise<StorePlace> {
  const given = options.get("path")?.[0], configFile = options.get("config")?.[0];
  if (given === "") throw usageError("--path must name a file, got nothing");
  if (given !== undefined && configFile === undefined) {
    return { config: parseConfig(), target: { kind: "sqlite", path: given } };
  }
  const config = await configOf(options, terminal);
  if (given !== undefined) return { config, target: { kind: "sqlite", path: given } };
  const target = await targetOf(config, dataKind ?? dataKindOf(config.source), configFile);
  return { config, target };
}

const KINDS: readonly DataKind[] = ["live", "simulated", "replay"];

/**
 * {@link storePlace}, opened to read. Where the configured source has stored nothing, and there is a file of one other
 * kind, that is it: after an import there is one of live kind, whatever the source. The caller closes it.
 *
 * @throws {MarketError} as `openStoreReader`.
 */
export async function openPlace(
  options: Options,
  terminal: Pick<Terminal, "env">,
): Promise<StorePlace & { readonly reader: StoreReader }> {
  const { config, target: usual } = await storePlace(options, terminal);
  const target = await isThere(usual) ? usual : await onlyOther(options, terminal) ?? usual;
  return { config, target, reader: await openStoreReader(target) };
}

async function isThere(target: StoreTarget): Promise<boolean> {
  return target.kind === "postgres" || await systemFiles.exists(target.path);
}

/** The one store that there is beside the configuration; undefined where there is none, or more than one. */
async function onlyOther(
  options: Options,
  terminal: Pick<Terminal, "env">,
): Promise<StoreTarget | undefined> {
  if (options.has("path")) return undefined;
  const places = await Promise.all(KINDS.map((kind) => storePlace(options, terminal, kind)));
  const targets = new Map(places.map(({ target }) => [targetName(target), target]));
  const found: StoreTarget[] = [];
  for (const target of targets.values()) if (await isThere(target)) found.push(target);
  return found.length === 1 ? found[0] : undefined;
}
