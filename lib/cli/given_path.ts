import { isAbsolute, join } from "node:path";

/**
 * A path as the user wrote it, seen from the folder that this process runs in.
 *
 * @param from the folder that the user stands in, seen from there; empty or undefined where they are the same.
 *
 * @example
 * ```ts
 * import { givenPath } from "./given_path.ts";
 * import assert from "node:assert/strict";
 * assert.equal(givenPath("mine.ipynb", "notebooks"), "notebooks/mine.ipynb");
 * assert.equal(givenPath("/tmp/x.csv", "notebooks"), "/tmp/x.csv");
 * ```
 */
export function givenPath(path: string, from: string | undefined): string {
  return !from || path === "" || isAbsolute(path) ? path : join(from, path);
}
