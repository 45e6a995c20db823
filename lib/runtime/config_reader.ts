import { dirname } from "node:path";
import { parse as parseYaml } from "yaml";
import type { z } from "zod";
import { MarketError } from "../model/errors.ts";
import { isSecretName, redact } from "../model/redact.ts";
import { ConfigKeys, FILE_VARIABLE, isOurVariable, PREFIX } from "./config_keys.ts";
import { environmentVariable, variablesOf } from "./environment.ts";
import { type Files, projectPath, systemFiles } from "./files.ts";

/** The configuration cannot be used; the message names key, rule and value. */
export class ConfigError extends MarketError {
  override readonly name: string = "ConfigError";

  /** @param message without its full stop. */
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super("config", "configure", `Configuration: ${message}.`.replace(/\?\.$/, "?"), options);
  }
}

/** Where a configuration comes from; later ones win: defaults, YAML, environment, overrides. */
export interface ConfigSources {
  /** YAML text. */
  readonly yaml?: string;
  /** Name of the YAML's file, for messages. @default "the configuration" */
  readonly file?: string;
  /**
   * Variables such as `COMOVE_IBKR_PORT`, their values read as YAML; empty ones and others than `COMOVE_…`
   * are ignored.
   */
  readonly env?: Readonly<Record<string, string>>;
  readonly overrides?: object;
}

/** One source's keys and values, and its name for messages. */
interface Layer {
  readonly where: string;
  readonly values: Tree;
}
type Tree = Readonly<Record<string, unknown>>;

/**
 * Puts a configuration together from its sources and checks it against a schema.
 *
 * @throws {ConfigError} naming key, rule and value, and the key that was probably meant.
 */
export function readConfig<T>(
  schema: z.ZodType<T>,
  { yaml, file, env = {}, overrides = {} }: ConfigSources = {},
): T {
  const keys = new ConfigKeys(schema);
  const layers = [
    ...(yaml === undefined ? [] : [layerOfYaml(yaml, file ?? "the configuration")]),
    ...Object.entries(env).filter(([name, text]) => isOurVariable(name) && text.trim() !== "")
      .map(([name, text]) => layerOfVariable(name, text, keys)),
    { where: "the given options", values: overrides as Tree },
  ];
  const merged = layers.reduce<Tree>((base, { values }) => overlay(base, values), {});
  const result = schema.safeParse(merged);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelt key is also a missing one; the spelling is what helps.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  throw new ConfigError(explain(issue, layers, merged, keys));
}

/** The folder of a configuration: what relative paths in it begin at. @param file undefined: the usual one */
export function configFolder(file: string | undefined): string {
  return dirname(file ?? (environmentVariable(FILE_VARIABLE) || projectPath(USUAL_FILE)));
}

const USUAL_FILE = "notebooks/config.yaml";

/** Where {@link sourcesOf} looks for a configuration. */
export interface LoadOptions {
  /** A file that must exist. @default what `COMOVE_CONFIG_FILE` names, else notebooks/config.yaml where it exists */
  readonly file?: string | undefined;
  /** Our variables. @default those of the process, as far as it may read them */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly overrides?: object;
  readonly files?: Files;
}

/** Finds and reads the sources of this checkout's configuration. @throws {ConfigError} for an unreadable file. */
export async function sourcesOf(
  { file, env = {}, overrides = {}, files = systemFiles }: LoadOptions = {},
): Promise<ConfigSources> {
  const path = file ?? await usualFile(env, files);
  if (path === undefined) return { env, overrides };
  try {
    return { yaml: await files.readText(path), file: path, env, overrides };
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${path} cannot be read: ${what}. Check the path given with --config`, {
      cause,
    });
  }
}

/** What {@link FILE_VARIABLE} names, else the checkout's where it is there; undefined for none. */
async function usualFile(
  env: Readonly<Record<string, string>>,
  files: Files,
): Promise<string | undefined> {
  const named = env[FILE_VARIABLE];
  if (named !== undefined) return named === "" ? undefined : named;
  const usual = projectPath(USUAL_FILE);
  return await files.exists(usual) ? usual : undefined;
}

/** Our variables, as far as this process may read them. @param schema of the configuration. */
export function environmentFor(schema: z.ZodType): Record<string, string> {
  return variablesOf(PREFIX, new ConfigKeys(schema).variables);
}

function layerOfYaml(text: string, where: string): Layer {
  const values = readYaml(text, where) ?? {};
  if (!isTree(values)) {
    throw new ConfigError(`${where} must hold keys and values, got ${show(values)}`);
  }
  return { where, values };
}

/** `COMOVE_IBKR_CLIENT_ID=3` as `{ ibkr: { clientId: 3 } }`. */
function layerOfVariable(name: string, text: string, keys: ConfigKeys): Layer {
  const path = keys.ofVariable(name);
  if (path === undefined) {
    const meant = suggestion(keys.nearestVariable(name));
    throw new ConfigError(`unknown environment variable ${name}${meant}`);
  }
  const value = readYaml(text, name);
  const values = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return { where: name, values: values as Tree };
}

function readYaml(text: string, where: string): unknown {
  try {
    return parseYaml(text, { logLevel: "error" });
  } catch (cause) {
    const what = (cause as Error).message.split("\n")[0]!.replace(/:$/, "");
    throw new ConfigError(`${where} is not valid YAML: ${what}`, { cause });
  }
}

/** A channel that is written wrongly, or where its name belongs, may be its address, whose path is a secret. */
const MAY_BE_ADDRESS: ReadonlySet<PropertyKey> = new Set(["channels", "notify"]);

/** One sentence for what the schema found. */
function explain(
  issue: z.core.$ZodIssue,
  layers: readonly Layer[],
  merged: Tree,
  keys: ConfigKeys,
): string {
  if (issue.code === "unrecognized_keys") {
    const path = [...issue.path, issue.keys[0]!];
    const meant = suggestion(keys.nearestKey(path));
    return `unknown key ${keyText(path, merged)} in ${whereOf(path, layers)}${meant}`;
  }
  const key = keyText(issue.path, merged);
  const isSecret = issue.path.some((step) =>
    MAY_BE_ADDRESS.has(step) || isSecretName(String(step))
  );
  const value = isSecret ? "***" : show(at(merged, issue.path));
  return `${key} in ${whereOf(issue.path, layers)}: ${issue.message}, got ${value}`;
}

/** `alerts.rules.0.fire (wide-spread)`: a place in a list with the name that stands there. */
function keyText(path: readonly PropertyKey[], merged: Tree): string {
  const place = path.findLastIndex((step) => typeof step === "number");
  const name = place < 0 ? undefined : at(merged, [...path.slice(0, place + 1), "name"]);
  const isNamed = typeof name === "string" && name !== "" && path.at(-1) !== "name";
  return isNamed ? `${path.join(".")} (${name.slice(0, 80)})` : path.join(".");
}

function suggestion(meant: string | undefined): string {
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

/** The last source that says anything of a key. */
function whereOf(path: readonly PropertyKey[], layers: readonly Layer[]): string {
  const layer = layers.findLast(({ values }) => at(values, path) !== undefined);
  return layer?.where ?? "the configuration";
}

function at(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, step)
        ? inner[step as never]
        : undefined,
    values,
  );
}

/** Lays one tree over another. A section without content (`ibkr:`) changes nothing. */
function overlay(base: Tree, top: Tree): Tree {
  const laid = Object.entries(top).filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const old = Object.hasOwn(base, key) ? base[key] : undefined;
      return [key, isTree(value) ? overlay(isTree(old) ? old : {}, value) : value] as const;
    });
  return Object.fromEntries([...Object.entries(base), ...laid]);
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value) ?? String(value);
  const shown = redact(text);
  return shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
}
