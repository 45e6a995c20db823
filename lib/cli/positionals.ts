import type { OptionSpec } from "./arguments.ts";

/** Takes what stands for itself, such as file names, out of a command line; `--` makes the rest such. */
export function splitPositionals(
  args: readonly string[],
  specs: Readonly<Record<string, OptionSpec>>,
): { readonly positionals: string[]; readonly rest: string[] } {
  const positionals: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      positionals.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith("-")) {
      positionals.push(arg);
      continue;
    }
    rest.push(arg);
    const spec = specs[arg.slice(2)];
    if (spec?.value !== undefined && i + 1 < args.length) rest.push(args[++i]!);
  }
  return { positionals, rest };
}
