/** Real market data lies beside the checkout where there is any; it is never part of the project. */
import { say } from "./say.ts";

const FOLDER = new URL("../../../shared/data/", import.meta.url);

/** Path of a file of real data, or undefined (said once) where it is absent; skip the test then. */
export function sharedData(name: string): string | undefined {
  const file = new URL(name, FOLDER).pathname;
  try {
    Deno.statSync(file);
    return file;
  } catch {
    say(`skipped what needs real data: ${name} is not beside this checkout`);
    return undefined;
  }
}

/** Bytes of a file of real data, or undefined (said once) where it is absent. */
export async function sharedBytes(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const path = sharedData(name);
  return path === undefined ? undefined : await Deno.readFile(path);
}
