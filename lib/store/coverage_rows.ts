import type { Interval } from "../model/time.ts";
import { DAY, floorTo } from "../model/time.ts";
import type { CoverageState } from "./store.ts";

/** A stretch of coverage within one day of UTC. */
export interface CoverageRow extends Interval {
  readonly state: CoverageState;
  readonly reason: string;
}

/** What has to change in a table of coverage. */
export interface CoverageChange {
  readonly removed: readonly CoverageRow[];
  readonly added: readonly CoverageRow[];
}

/** The stretch cut at each midnight of UTC. */
export function* cutByDay<T extends Interval>(stretch: T): Generator<T> {
  for (let { from } = stretch; from < stretch.to;) {
    const to = Math.min(stretch.to, floorTo(from, DAY) + DAY);
    yield { ...stretch, from, to };
    from = to;
  }
}

/**
 * Puts a stretch over those of its day: it replaces what it covers, splits what reaches beyond it, and joins what
 * touches it and says the same.
 *
 * @param rows those of the day that overlap or touch it, ascending.
 *
 * @example
 * ```ts
 * import { putCoverage } from "./coverage_rows.ts";
 * import assert from "node:assert/strict";
 * const known = { from: 0, to: 10, state: "complete", reason: "" } as const;
 * const hole = { from: 4, to: 6, state: "missing", reason: "away" } as const;
 * assert.deepEqual(putCoverage([known], hole), {
 *   removed: [known],
 *   added: [{ ...known, to: 4 }, hole, { ...known, from: 6 }],
 * });
 * assert.deepEqual(putCoverage([known], { ...known, from: 2, to: 3 }), { removed: [], added: [] });
 * ```
 */
export function putCoverage(rows: readonly CoverageRow[], next: CoverageRow): CoverageChange {
  let { from, to } = next;
  const removed: CoverageRow[] = [];
  const left: CoverageRow[] = [], right: CoverageRow[] = [];
  for (const row of rows) {
    if (row.to < next.from || row.from > next.to) continue;
    if (row.state === next.state && row.reason === next.reason) {
      if (row.from <= next.from && row.to >= next.to) return { removed: [], added: [] };
      from = Math.min(from, row.from);
      to = Math.max(to, row.to);
      removed.push(row);
    } else if (row.to > next.from && row.from < next.to) {
      removed.push(row);
      if (row.from < next.from) left.push({ ...row, to: next.from });
      if (row.to > next.to) right.push({ ...row, from: next.to });
    }
  }
  return { removed, added: [...left, { ...next, from, to }, ...right] };
}
