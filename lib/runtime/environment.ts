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
