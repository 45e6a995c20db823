/** A variable of this process's environment; undefined when it is not set. */
export function variable(name: string): string | undefined {
  return Deno.env.get(name);
}

/** Gives the value of a variable; undefined when it is not set. */
export type ReadVariable = (name: string) => string | undefined;

/** The same as {@link variable}, and undefined for one that this process may not read. */
export const environmentVariable: ReadVariable = (name) => {
  return isReadable(name) ? variable(name) : undefined;
};

/** True when this process may read the variable. */
export function isReadable(name: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable: name }).state === "granted";
}

/** Only a process that may read the whole environment can list it; to others their task gives the names here. */
const LIST = "COMOVE_VARIABLES";

/**
 * The variables that begin with a prefix, as far as this process may read them: it needs no right to others.
 *
 * @param known names to try where neither the environment can be listed nor a task has done that.
 */
export function variablesOf(prefix: string, known: readonly string[]): Record<string, string> {
  const isListable = Deno.permissions.querySync({ name: "env" }).state === "granted";
  const names = isListable
    ? Object.keys(Deno.env.toObject())
    : environmentVariable(LIST)?.split(",") ?? known;
  const ours = names.filter((name) => name.startsWith(prefix) && name !== LIST);
  return Object.fromEntries(
    ours.map((name) => [name, environmentVariable(name)] as const)
      .filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
