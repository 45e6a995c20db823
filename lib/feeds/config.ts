import type { z } from "zod";
import {
  type ConfigSources,
  environmentFor,
  type LoadOptions as ReadOptions,
  readConfig,
  sourcesOf,
} from "../runtime/config_reader.ts";
import { assertUsable } from "./config_rules.ts";
import { configSchemaOf, type GeneralConfig } from "./config_schema.ts";
import type { VenueDefinition } from "./venue_definition.ts";
import { venues, type VenueSections } from "./venues.ts";

export { ConfigError } from "../runtime/config_reader.ts";

/** A complete, valid configuration: the general sections and one for each venue. */
export type Config = GeneralConfig & VenueSections;

type Optional<T> = T extends string | number | boolean | null ? T
  : T extends readonly (infer Item)[] ? readonly Optional<Item>[]
  : { readonly [K in keyof T]?: Optional<T[K]> };

/** Any keys of the configuration, to be laid over the rest. */
export type ConfigOverrides = Optional<Config>;

/** See {@link ConfigSources}. */
interface Sources extends ConfigSources {
  readonly overrides?: ConfigOverrides;
}

/** How {@link loadConfig} finds its sources. */
export interface LoadOptions extends ReadOptions {
  readonly overrides?: ConfigOverrides;
}

/** The schema of a list of venues; made anew only when a venue is registered. */
let made: {
  readonly of: readonly VenueDefinition[];
  readonly schema: ReturnType<typeof configSchemaOf>;
} | undefined;

function schemaNow(): z.ZodType<Config> {
  const of = venues();
  if (made?.of !== of) made = { of, schema: configSchemaOf(of) };
  return made.schema as unknown as z.ZodType<Config>;
}

/**
 * Puts a configuration together and checks it. Later sources win: defaults, YAML, environment, overrides.
 *
 * @throws {ConfigError} naming key, rule and value, and the key that was probably meant.
 *
 * @example
 * ```ts
 * import { parseConfig } from "./config.ts";
 * import assert from "node:assert/strict";
 * const config = parseConfig({ yaml: "ibkr: { port: 7497 }", env: { COMOVE_CLOCK_SPEED: "60" } });
 * assert.equal(config.ibkr.port, 7497);
 * assert.equal(config.clock.speed, 60);
 * ```
 */
export function parseConfig(sources: Sources = {}): Config {
  const config = readConfig(schemaNow(), sources);
  assertUsable(config, venues());
  return config;
}

/**
 * Reads the configuration of this checkout, and our variables of the environment where `env` is left out.
 *
 * @throws {ConfigError} see {@link parseConfig}.
 */
export async function loadConfig(options: LoadOptions = {}): Promise<Config> {
  const { env = environmentFor(schemaNow()) } = options;
  return parseConfig(await sourcesOf({ ...options, env }) as Sources);
}
