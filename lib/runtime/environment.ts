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

/**
 * The names of our variables, separated by commas, and no others count. Only a process that may read the whole
 * environment can list it: to others their task gives the names here. A process that is to read none gets an empty list.
 */
export const LIST_VARIABLE = "COMOVE_VARIABLES";

/**
 * The variables that begin with a prefix, as far as this process may read them: it needs no right to others.
 *
 * @param known names to try where {@link LIST_VARIABLE} is not set and the environment cannot be listed.
 */
export function variablesOf(prefix: string, known: readonly string[]): Record<string, string> {
  const names = environmentVariable(LIST_VARIABLE)?.split(",") ?? namesOfAll() ?? known;
  const ours = names.filter((name) => name.startsWith(prefix) && name !== LIST_VARIABLE);
  return Object.fromEntries(
    ours.map((name) => [name, environmentVariable(name)] as const)
      .filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The names of all variables; undefined for a process that may not list them. */
function namesOfAll(): readonly string[] | undefined {
  const isListable = Deno.permissions.querySync({ name: "env" }).state === "granted";
  return isListable ? Object.keys(Deno.env.toObject()) : undefined;
}
