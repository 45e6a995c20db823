import type { Source } from "./instrument.ts";

/**
 * What is said of data where no feed runs: that it is stored, and of which kind. Nothing that is stored is of now, so
 * it never reads as live data.
 *
 * @example
 * ```ts
 * import { storedText } from "./stored_text.ts";
 * import assert from "node:assert/strict";
 * assert.equal(storedText("stored"), "stored (live) data");
 * assert.equal(storedText("simulated"), "stored (simulated) data");
 * ```
 */
export function storedText(source: Source): string {
  return `stored (${storedKind(source)}) data`;
}

/** The kind of stored data: what a store of live kind holds beside imported data is called `stored` as a source. */
export function storedKind(source: Source): Source {
  return source === "stored" ? "live" : source;
}
