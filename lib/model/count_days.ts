import type { CoverageDay } from "./coverage_day.ts";
import { DAY, floorTo, MINUTE } from "./time.ts";

/** What a stretch of minutes is to a day. */
export type MinutesOfDay = "held" | "missing" | "closed";

interface Counting {
  held: number;
  missing: number;
  closed: number;
  readonly reasons: Map<string, number>;
}

/** More different reasons a day are not told apart: the commonest came early. */
const MOST_REASONS = 20;

/**
 * Counts minutes by days of UTC.
 *
 * @example
 * ```ts
 * import { DayCount } from "./count_days.ts";
 * import assert from "node:assert/strict";
 * const days = new DayCount();
 * days.add(0, 86_400_000, "held");
 * days.add(86_400_000, 86_460_000, "missing", "the feed was away");
 * assert.deepEqual(days.all().map(({ held, missing }) => [held, missing]), [[1_440, 0], [0, 1]]);
 * ```
 */
export class DayCount {
  readonly #days = new Map<number, Counting>();

  /** Half-open, whole minutes; a stretch over several days is counted in each. */
  add(from: number, to: number, what: MinutesOfDay, reason = ""): void {
    for (let start = from; start < to;) {
      const day = floorTo(start, DAY), end = Math.min(to, day + DAY);
      const counting = this.#dayAt(day), minutes = Math.round((end - start) / MINUTE);
      counting[what] += minutes;
      const { reasons } = counting;
      if (what === "missing" && (reasons.has(reason) || reasons.size < MOST_REASONS)) {
        reasons.set(reason, (reasons.get(reason) ?? 0) + minutes);
      }
      start = end;
    }
  }

  /** From the first day to the last, those without a minute too. */
  all(): CoverageDay[] {
    const days = [...this.#days.keys()].sort((a, b) => a - b);
    const first = days[0] ?? 0, count = days.length === 0 ? 0 : (days.at(-1)! - first) / DAY + 1;
    return Array.from({ length: count }, (_, i) => {
      const day = first + i * DAY, counted = this.#days.get(day);
      if (counted === undefined) return { day, held: 0, missing: 0, closed: 0, reason: "" };
      const { held, missing, closed, reasons } = counted;
      const [reason = ""] = [...reasons].sort((a, b) => b[1] - a[1])[0] ?? [];
      return { day, held, missing, closed, reason };
    });
  }

  #dayAt(day: number): Counting {
    let counting = this.#days.get(day);
    if (counting === undefined) {
      counting = { held: 0, missing: 0, closed: 0, reasons: new Map() };
      this.#days.set(day, counting);
    }
    return counting;
  }
}
