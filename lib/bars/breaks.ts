import { hasBar, type MinuteGrid, MinuteStatus } from "../model/minute_grid.ts";
import { type Interval, MINUTE } from "../model/time.ts";

/** A stretch of minutes without bars between two that have one. */
export interface Break extends Interval {
  /**
   * `session`: the market was shut. `gap`: it was open, and the minutes are lost or the venue has none. A
   * stretch that holds both is split into its parts.
   */
  readonly kind: "session" | "gap";
}

/**
 * Where the bars of a grid are interrupted, oldest first. Minutes before the first bar and after the last one
 * are not breaks: recording had not started, or they are still to come.
 *
 * @param options.from only minutes that open at or after this time, epoch ms. @default the grid's start
 *
 * @example
 * ```ts
 * import { breaksOf } from "./breaks.ts";
 * import { MinuteLedger } from "./minute_ledger.ts";
 * import assert from "node:assert/strict";
 * const ledger = new MinuteLedger("ES", () => true);
 * assert.deepEqual(breaksOf(ledger.grid), []);
 * ```
 */
export function breaksOf(grid: MinuteGrid, options: { readonly from?: number } = {}): Break[] {
  const first = Math.max(0, Math.ceil(((options.from ?? grid.start) - grid.start) / MINUTE));
  const breaks: Break[] = [];
  let previousBar = -1;
  for (let row = first; row < grid.length; row++) {
    if (!hasBar(grid.status[row])) continue;
    if (previousBar >= 0 && row > previousBar + 1) {
      breaks.push(...partsOf(grid, previousBar + 1, row));
    }
    previousBar = row;
  }
  return breaks;
}

/** Rows `[from, to)`, all without a bar, cut where the market shuts or opens. */
function partsOf(grid: MinuteGrid, from: number, to: number): Break[] {
  const kindOf = (row: number) =>
    grid.status[row] === MinuteStatus.OutOfSession ? "session" : "gap";
  const parts: Break[] = [];
  let begin = from;
  for (let row = from + 1; row <= to; row++) {
    if (row < to && kindOf(row) === kindOf(begin)) continue;
    const at = (index: number) => grid.start + index * MINUTE;
    parts.push({ from: at(begin), to: at(row), kind: kindOf(begin) });
    begin = row;
  }
  return parts;
}
