import { parseArgs } from "node:util";
import { MarketError } from "../model/errors.ts";
import { givenPath } from "./given_path.ts";

/** One option of a command. */
export interface OptionSpec {
  /** What stands for the value in the usage line; without it the option is a switch. */
  readonly value?: string;
  /** May be given more than once. */
  readonly isRepeated?: boolean;
  readonly help: string;
}

/** The options given, by name; switches give "true". */
export type Options = ReadonlyMap<string, readonly string[]>;

/** A command line, read. */
export interface Arguments {
  readonly options: Options;
  /** What stands for itself, such as file names; all that follows `--` is such. */
  readonly positionals: readonly string[];
}

/**
 * Reads `--name value`, `--name=value` and switches, of a command that takes nothing else. Values that name a FILE or a
 * DIR are paths from the folder that the user stands in; they come back as paths from the process's own.
 *
 * @param from {@link Terminal.from}. @default the process's own folder
 * @throws {MarketError} `usage` naming the argument, the rule and what is known.
 */
export function parseArguments(
  args: readonly string[],
  specs: Readonly<Record<string, OptionSpec>>,
  from?: string,
): Options {
  const { options, positionals } = parseCommandLine(args, specs, from);
  if (positionals[0] !== undefined) throw unknown(positionals[0], specs);
  return options;
}

/** The same for a command that takes names of files or the like too. @throws {MarketError} `usage`. */
export function parseCommandLine(
  args: readonly string[],
  specs: Readonly<Record<string, OptionSpec>>,
  from?: string,
): Arguments {
  const types = Object.entries(specs).map(([name, { value }]) =>
    [name, { type: value === undefined ? "boolean" : "string" }] as const
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(types),
    // Mistakes are reported in our own words, from the tokens.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const options = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) throw unknown(rawName, specs);
    if (options.has(name) && !spec.isRepeated) throw usageError(`--${name} is given twice`);
    if (spec.value === undefined && value !== undefined) {
      throw usageError(`--${name} takes no value, got ${value}`);
    }
    if (spec.value !== undefined && value === undefined) {
      throw usageError(`--${name} needs a value: --${name} ${spec.value}`);
    }
    const given = value === undefined ? "true" : pathsFrom(value, spec.value, from);
    options.set(name, [...(options.get(name) ?? []), given]);
  }
  return { options, positionals };
}

/** The value of `FILE`, `DIR` or `SYMBOL=FILE`, its path seen from this process; any other as it is. */
function pathsFrom(value: string, kind: string | undefined, from: string | undefined): string {
  const [isPath, name] = /^(\w+=)?(?:FILE|DIR)$/.exec(kind ?? "") ?? [];
  if (isPath === undefined) return value;
  const at = name === undefined ? 0 : value.indexOf("=") + 1;
  return value.slice(0, at) + givenPath(value.slice(at), from);
}

/** A number option. @throws {MarketError} `usage` when it is not a number in range. */
export function numberOption(
  options: Options,
  name: string,
  rule: { readonly min: number; readonly isWhole?: boolean },
): number | undefined {
  const text = options.get(name)?.[0];
  if (text === undefined) return undefined;
  const value = Number(text);
  const isGood = text.trim() !== "" && Number.isFinite(value) && value >= rule.min &&
    (!rule.isWhole || Number.isInteger(value));
  if (!isGood) {
    const kind = rule.isWhole ? "a whole number" : "a number";
    throw usageError(`--${name} must be ${kind} of ${rule.min} or more, got ${text}`);
  }
  return value;
}

/** A time option in ISO form with a zone, or epoch ms. @throws {MarketError} `usage` otherwise. */
export function timeOption(options: Options, name: string): number | undefined {
  const text = options.get(name)?.[0];
  if (text === undefined) return undefined;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const time = /^\d+$/.test(text) ? Number(text) : hasZone ? Date.parse(text) : NaN;
  if (!Number.isSafeInteger(time)) {
    throw usageError(
      `--${name} must be a time with a zone such as 2026-01-26T23:00:00Z, got ${text}`,
    );
  }
  return time;
}

/** The usage text of a command. */
export function usageOf(
  command: string,
  summary: string,
  specs: Readonly<Record<string, OptionSpec>>,
): string {
  const lines = Object.entries(specs).map(([name, spec]) =>
    `  ${`--${name}${spec.value === undefined ? "" : ` ${spec.value}`}`.padEnd(26)}${spec.help}`
  );
  return `${summary}\n\nUsage: deno task ${command} [options]\n${lines.join("\n")}\n`;
}

function unknown(argument: string, specs: Readonly<Record<string, OptionSpec>>): MarketError {
  const known = Object.keys(specs).map((name) => `--${name}`).join(", ") || "none";
  return usageError(`${argument} is not an option here; known: ${known}`);
}

/** A command line that cannot be used. @param message without its full stop. */
export function usageError(message: string): MarketError {
  return new MarketError("usage", "configure", `${message}.`);
}
