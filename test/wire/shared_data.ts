/** Bytes of a file of real data beside the project, or undefined, saying so, where it is absent. */
export async function readIfPresent(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const file = new URL(`../../../shared/data/${name}`, import.meta.url);
  try {
    return await Deno.readFile(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // deno-lint-ignore no-console
    console.warn(`skipped: ../shared/data/${name} is absent`);
    return undefined;
  }
}
