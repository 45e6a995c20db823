import type { PageBar } from "../packed_bars.ts";

/**
 * The bars after a snapshot: it counts for all the time it covers; older bars stay, so that they do not
 * vanish under a reader who looks at them. A snapshot that does not join on replaces everything.
 *
 * @param most bars kept.
 */
export function mergeSnapshot(
  kept: readonly PageBar[],
  snapshot: readonly PageBar[],
  most: number,
): PageBar[] {
  const first = snapshot[0];
  const last = kept.at(-1);
  if (first === undefined || last === undefined || first.openTime > last.openTime) {
    return [...snapshot];
  }
  const older = kept.filter((bar) => bar.openTime < first.openTime);
  return [...older, ...snapshot].slice(-most);
}
