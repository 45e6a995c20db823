import { parse as parseYaml } from "yaml";
import type { z } from "zod";
import { MarketError } from "../model/errors.ts";
import { type Config, type ConfigOverrides, configSchema } from "./config_schema.ts";
import { type Files, projectPath, systemFiles } from "./files.ts";

export type { Config, ConfigOverrides };

/** Where a configuration comes from; later ones win: defaults, YAML, environment, overrides. */
export interface ConfigSources {
  /** YAML text. */
  readonly yaml?: string;
  /** Name of the YAML's file, for messages. @default "the configuration" */
  readonly file?: string;
  /** Variables such as `COMOVE_IBKR_PORT`; others than `COMOVE_…` are ignored. */
  readonly env?: Readonly<Record<string, string>>;
  readonly overrides?: ConfigOverrides;
}

const PREFIX = "COMOVE_";

/**
 * Puts a configuration together and checks it.
 *
 * @throws {MarketError} `config`, naming key, rule and value, and the key that was probably meant.
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
export function parseConfig({ yaml, file, env = {}, overrides = {} }: ConfigSources = {}): Config {
  const where = file ?? "the configuration";
  const raw = yaml === undefined ? {} : readYaml(yaml, where) ?? {};
  if (!isRecord(raw)) throw configError(`${where} must hold keys and values, got ${show(raw)}`);
  let merged: Record<string, unknown> = raw;
  for (const [name, text] of Object.entries(env)) {
    if (name.startsWith(PREFIX)) merged = overlay(merged, fromVariable(name, text));
  }
  merged = overlay(merged, overrides as Record<string, unknown>);
  const result = configSchema.safeParse(merged);
  if (!result.success) throw configError(explain(result.error.issues[0]!, merged, where));
  assertSpeedIsSimulated(result.data);
  return result.data;
}

/** How {@link loadConfig} finds its sources. */
export interface LoadOptions {
  /** A file that must exist. @default notebooks/config.yaml, where it exists */
  readonly file?: string;
  /** @default the process's environment */
  readonly env?: Readonly<Record<string, string>>;
  readonly overrides?: ConfigOverrides;
  readonly files?: Files;
}

/** Reads the configuration of this checkout. @throws {MarketError} `config`, see {@link parseConfig}. */
export async function loadConfig(
  { file, env = Deno.env.toObject(), overrides = {}, files = systemFiles }: LoadOptions = {},
): Promise<Config> {
  const usual = projectPath("notebooks/config.yaml");
  const path = file ?? (await files.exists(usual) ? usual : undefined);
  if (path === undefined) return parseConfig({ env, overrides });
  let yaml: string;
  try {
    yaml = await files.readText(path);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw configError(`${path} cannot be read: ${what}. Check the path given with --config`);
  }
  return parseConfig({ yaml, file: path, env, overrides });
}

function readYaml(text: string, where: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    throw configError(`${where} is not valid YAML: ${(cause as Error).message.split("\n")[0]}`);
  }
}

/** `COMOVE_IBKR_CLIENT_ID=3` as `{ ibkr: { clientId: 3 } }`; the value is read as YAML. */
function fromVariable(name: string, text: string): Record<string, unknown> {
  const path = pathsOf(configSchema).find((p) => variableOf(p) === name);
  if (path === undefined) {
    const meant = nearest(name, pathsOf(configSchema).map(variableOf));
    throw configError(`unknown environment variable ${name}${meant}`);
  }
  const value = readYaml(text, name);
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<
    string,
    unknown
  >;
}

function variableOf(path: readonly string[]): string {
  const words = path.map((key) => key.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase());
  return `${PREFIX}${words.join("_")}`;
}

/** Every key that holds a value, as paths: `[["source"], ["clock", "speed"], …]`. */
function pathsOf(schema: unknown): string[][] {
  const shape = shapeOf(schema);
  if (shape === undefined) return [[]];
  return Object.entries(shape).flatMap(([key, inner]) =>
    pathsOf(inner).map((rest) => [key, ...rest])
  );
}

/** The keys of an object schema, through its default. */
function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  const { shape, def } = schema as {
    shape?: Record<string, unknown>;
    def?: { type: string; innerType?: unknown };
  };
  if (shape !== undefined) return shape;
  return def?.type === "prefault" ? shapeOf(def.innerType) : undefined;
}

function explain(issue: z.core.$ZodIssue, input: unknown, where: string): string {
  const key = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const full = [...issue.path, issue.keys[0]!].join(".");
    return `unknown key ${full} in ${where}${
      nearest(full, pathsOf(configSchema).map((p) => p.join(".")))
    }`;
  }
  const value = issue.path.reduce<unknown>(
    (inner, step) => isRecord(inner) || Array.isArray(inner) ? inner[step as never] : undefined,
    input,
  );
  const rule = issue.message.replace(/^Invalid (input|option): expected/, "must be")
    .replace(/^Too (big|small): expected \w+ to be/, "must be").replace(/, received .*$/, "");
  return `${key} in ${where}: ${rule}, got ${show(value)}`;
}

/** `; did you mean ibkr.port?` when one of the known names is close. */
function nearest(name: string, known: readonly string[]): string {
  const [best] = known.map((k) => ({ k, d: editDistance(name, k) })).sort((a, b) => a.d - b.d);
  return best !== undefined && best.d <= 3 ? `; did you mean ${best.k}?` : "";
}

/** Insertions, deletions and replacements that turn one text into the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + change));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Another speed than real time makes sense only against a simulator, and those are on this machine. */
function assertSpeedIsSimulated({ source, clock, ibkr, binance }: Config): void {
  if (clock.speed === 1 || source !== "live") return;
  const hosts = [
    ...(ibkr.futures.length > 0 ? [ibkr.host] : []),
    ...(binance.symbols.length > 0 ? [binance.streamUrl, binance.restUrl].map(hostOf) : []),
  ];
  const real = hosts.find((name) => !isLoopback(name));
  if (real !== undefined) {
    throw configError(
      `clock.speed must be 1 against a real venue, got ${clock.speed} with ${real}; other speeds are for simulators on this machine`,
    );
  }
}

function hostOf(address: string): string {
  return new URL(address).hostname;
}

/** True for names and addresses of this machine. */
export function isLoopback(name: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/.test(name);
}

function overlay(
  base: Record<string, unknown>,
  top: Record<string, unknown>,
): Record<string, unknown> {
  const result = { ...base };
  for (const [key, value] of Object.entries(top)) {
    if (value === undefined) continue;
    const old = result[key];
    result[key] = isRecord(value) && isRecord(old) ? overlay(old, value) : value;
  }
  return result;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function configError(message: string): MarketError {
  return new MarketError("config", "configure", `Configuration: ${message}.`.replace("?.", "?"));
}
