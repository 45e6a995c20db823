import type { StretchLead } from "../sync/studies/lead.ts";

/** A day of half hours. */
const MOST_STRETCHES = 48;

/**
 * Estimates of stretches of time that are over, kept when their trades are forgotten: one-second bars are kept for three
 * hours, the strip shows a day.
 */
export class LeadStrip {
  #kept = new Map<number, StretchLead>();

  /** Takes in what was estimated now; @returns the newest day of all that were, oldest first. */
  merged(strip: readonly StretchLead[]): StretchLead[] {
    for (const one of strip) this.#kept.set(one.from, one);
    const ordered = [...this.#kept.values()].toSorted((a, b) => a.from - b.from);
    const newest = ordered.slice(-MOST_STRETCHES);
    this.#kept = new Map(newest.map((one) => [one.from, one]));
    return newest;
  }
}
