import { MINUTE } from "../../lib/model/time.ts";
import { delayedFutures } from "./mode.ts";
import { tradingMinutes, type Week } from "./weeks.ts";
import { venueOf } from "./venue.ts";
import type { Outcome } from "./world.ts";

/** Minutes with which delayed data may trail: ten, or half an hour before a closure. */
const LATE_DELAYED = 33;

/**
 * What is wrong with a run through a week, in plain words: all that the checker has found, and besides that
 * coverage that expects other minutes than the written hours, or lacks any of them.
 */
export function judgeWeek({ verdict, coverage, mode }: Outcome, week: Week): string[] {
  const found = verdict.findings.map(({ property, text }) => `${property}: ${text}`);
  for (const [instrument, each] of Object.entries(coverage)) {
    const isFuture = venueOf(instrument) === "ibkr";
    const due = isFuture ? tradingMinutes(week, each) : (each.to - each.from) / MINUTE;
    if (each.expected !== due) {
      found.push(`${instrument} expects ${each.expected} minutes, and ${due} are due`);
    }
    const have = each.streamed + each.backfilled + each.healed;
    // The last minutes may still be on their way when the run ends, delayed ones the longest.
    const late = delayedFutures(mode).includes(instrument) ? LATE_DELAYED : 1;
    if (have + each.absent < due - late) {
      found.push(`${instrument} has ${have} of ${due} minutes`);
    }
  }
  return found;
}
