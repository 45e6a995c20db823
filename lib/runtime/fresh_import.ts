import { pathToFileURL } from "node:url";
import { MarketError } from "../model/errors.ts";
import { projectPath } from "./files.ts";

/** Counts for the whole process: each copy of this module must give addresses the others did not. */
const COUNT = Symbol.for("comove.freshImports");

/**
 * Imports a file of this checkout anew with everything of the checkout it imports, as edited by now. Deno
 * imports a module once for each address and has no way to forget it; so the checkout gets an address that
 * was not used before, the same path spelled in another way. Packages are shared with what runs already, and
 * the old modules stay in memory.
 *
 * @param path from the project's root: `lib/mod.ts`.
 * @throws what the import throws, a syntax error say; {@link MarketError} `no-more-reloads` after some
 * hundreds of times or more, by the length of the path.
 */
export async function importFresh(path: string): Promise<Readonly<Record<string, unknown>>> {
  const counts = globalThis as { [COUNT]?: number };
  const count = counts[COUNT] = (counts[COUNT] ?? 0) + 1;
  // Without the slash at its end: Deno undoes the spelling of a path with two slashes in a row.
  const root = pathToFileURL(projectPath(".").replace(/[\\/]$/, ""));
  const address = spelled(root.pathname, count);
  if (address === undefined) {
    throw new MarketError(
      "no-more-reloads",
      "configure",
      `The library was reloaded ${
        count - 1
      } times, as often as the length of its folder's path allows. Restart the kernel.`,
    );
  }
  return await import(`file://${root.host}${address}/${path}`);
}

/**
 * The n-th spelling of a path: its letters written as `%6c` where n has a binary 1. Undefined when it has too
 * few letters.
 *
 * @example
 * ```ts
 * import { spelled } from "./fresh_import.ts";
 * import assert from "node:assert/strict";
 * assert.equal(spelled("/my/lib", 5), "/%6dy/%6cib");
 * ```
 */
export function spelled(path: string, n: number): string | undefined {
  let rest = n;
  // Neither what is spelled so already nor a drive's letter.
  const spelling = path.replace(/%[0-9a-f]{2}|[a-z](?!:)/gi, (letter) => {
    if (letter.length > 1) return letter;
    const isOne = rest % 2 === 1;
    rest = Math.floor(rest / 2);
    return isOne ? `%${letter.charCodeAt(0).toString(16)}` : letter;
  });
  return rest === 0 ? spelling : undefined;
}
