import { MarketError } from "../model/errors.ts";

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

/**
 * Reads `--name value`, `--name=value` and switches.
 *
 * @throws {MarketError} `usage` naming the argument, the rule and what is known.
 */
export function parseArguments(
  args: readonly string[],
  specs: Readonly<Record<string, OptionSpec>>,
): Options {
  const options = new Map<string, string[]>();
  for (let i = 0; i < args.length; i++) {
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(args[i]!) ?? [];
    const spec = name === undefined ? undefined : specs[name];
    if (name === undefined || spec === undefined) {
      throw usageError(`${args[i]} is not an option here; known: ${knownOf(specs)}`);
    }
    if (options.has(name) && !spec.isRepeated) throw usageError(`--${name} is given twice`);
    const value = spec.value === undefined ? "true" : inline ?? args[++i];
    if (value === undefined) throw usageError(`--${name} needs a value: --${name} ${spec.value}`);
    options.set(name, [...(options.get(name) ?? []), value]);
  }
  return options;
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

function knownOf(specs: Readonly<Record<string, OptionSpec>>): string {
  return Object.keys(specs).map((name) => `--${name}`).join(", ") || "none";
}

function usageError(message: string): MarketError {
  return new MarketError("usage", "configure", `${message}.`);
}
