/**
 * The known name that a misspelt one comes closest to. One wrong letter in four is a slip; more is another word.
 *
 * @example
 * ```ts
 * import { nearest } from "./nearest.ts";
 * import assert from "node:assert/strict";
 * assert.equal(nearest("lookBack", ["lookBackMs", "width"]), "lookBackMs");
 * assert.equal(nearest("colour", ["lookBackMs", "width"]), undefined);
 * ```
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known.map((k) => ({ k, d: slips(name, k) })).sort((a, b) => a.d - b.d);
  return best !== undefined && best.d <= Math.max(1, name.length / 4) ? best.k : undefined;
}

/**
 * Letters added, lost, changed, or swapped with their neighbour, to come from one text to the other
 * (Damerau–Levenshtein distance, optimal string alignment).
 */
function slips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const above = rows[i - 1]!;
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + change));
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (i > 1 && j > 1 && isSwap) row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
