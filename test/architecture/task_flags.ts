/** The permissions that one `deno` of a task's command is given: a list of names, or `true` for all. */
export type Permissions = Readonly<Record<string, readonly string[] | true>>;

/** One `deno run` or `deno test` in the command of a task. */
export interface Invocation {
  readonly permissions: Permissions;
  readonly neverPrompts: boolean;
  readonly hasAll: boolean;
  /** What it runs: `lib/cli/main.ts demo`. */
  readonly program: string;
}

/** The command of a task without what it first asks Deno for in `$(…)`; those stand for one name each. */
export function withoutSubstitutions(command: string): string {
  let text = "";
  let depth = 0;
  for (let at = 0; at < command.length; at++) {
    if (depth === 0 && command.startsWith("$(", at)) {
      text += "SUBSTITUTED";
      depth = 1;
      at++;
    } else if (depth === 0) text += command[at];
    else if (command[at] === "(") depth++;
    else if (command[at] === ")") depth--;
  }
  return text;
}

/** Every Deno that a command starts to run code of ours. */
export function invocationsIn(command: string): Invocation[] {
  return withoutSubstitutions(command).split("&&").map((part) => part.trim()).flatMap((part) => {
    const words = wordsOf(part);
    const start = words.findIndex((word, i) =>
      word === "deno" && ["run", "test", "bench"].includes(words[i + 1] ?? "")
    );
    if (start < 0) return [];
    const flags = words.slice(start + 2).filter((word) => word.startsWith("-"));
    const permissions = Object.fromEntries(flags.flatMap((flag) => {
      const [, kind, names] = /^--allow-([a-z]+)(?:=(.*))?$/.exec(flag) ?? [];
      return kind === undefined ? [] : [[kind, names?.split(",") ?? true as const]];
    }));
    return [{
      permissions,
      neverPrompts: flags.includes("--no-prompt"),
      hasAll: flags.some((flag) => flag === "-A" || flag === "--allow-all"),
      program: words.slice(start + 2).filter((word) => !word.startsWith("-")).join(" "),
    }];
  });
}

/** Words of a shell's line; quotes are taken off. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/["']/g, "")
  );
}
