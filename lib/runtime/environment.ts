/** A variable of this process's environment; undefined when it is not set. */
export function variable(name: string): string | undefined {
  return Deno.env.get(name);
}
