import type { HedgeEstimate } from "../pairs/pair_lines.ts";
import { csvData } from "./csv_text.ts";

/** The slopes of a pair as a file, numbers in full; the rows that they rest on are the file of the pair's chart. */
export function hedgeFile(hedges: readonly HedgeEstimate[]): string {
  return csvData({
    name: "slopes",
    head: ["line", "beta", "alpha", "lo", "hi", "n", "method", "reason"],
    rows: hedges.map(({ kind, beta, alpha, lo, hi, n, method, reason = "" }) => [
      kind,
      beta,
      alpha,
      lo,
      hi,
      n,
      method,
      reason,
    ]),
  });
}
