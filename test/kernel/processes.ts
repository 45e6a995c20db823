/** True while a process of this id lives; one that has ended but was not yet collected does not. */
export function isAlive(pid: number): boolean {
  const state = said("ps", "-o", "stat=", "-p", String(pid));
  // Without ps, one that was not yet collected counts as alive.
  if (state === undefined) return said("sh", "-c", `kill -0 ${pid} && echo alive`) !== "";
  return state !== "" && !/^[ZX]/.test(state);
}

function said(command: string, ...args: string[]): string | undefined {
  try {
    const { stdout } = new Deno.Command(command, { args, stderr: "null" }).outputSync();
    return new TextDecoder().decode(stdout).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Waits until the process is gone; false when it still lives after `withinMs`. */
export async function isGone(pid: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (isAlive(pid)) {
    if (performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}
