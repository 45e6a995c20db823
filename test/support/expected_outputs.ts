import type { CodeCell } from "../../lib/kernel/notebook_file.ts";

/**
 * Fewest outputs that a cell of our notebooks leaves: one a `show`, two a `live` (picture and status line) and a
 * `setup` (its line and the charts' page code), one a `finish`.
 */
export function leastOutputs({ source }: CodeCell): number {
  const count = (call: string) => source.split(`await ${call}(`).length - 1;
  return count("show") + 2 * count("live") + 2 * count("setup") + count("finish");
}
