import type { Bar } from "../model/bar.ts";
import { type Interval, MINUTE, SECOND } from "../model/time.ts";

/** Stored minutes wait for their trades for so long, local ms: then the minutes alone are reported. */
const PATIENCE_MS = 60 * SECOND;
/** Stretches that wait. */
const MOST_WAITING = 10_000;

/** A stretch that is stored, but for its trades. */
interface Waiting extends Interval {
  /** Local monotonic ms. */
  readonly since: number;
}

/**
 * Which minutes of an instrument may be reported as stored: their bars are, and so are the trades in them, where
 * trades are kept.
 */
export class SafeReport {
  /** Time of the first trade of the run; NaN while there is none. Minutes that end before wait for no trade. */
  tradesFrom = NaN;
  #waiting: Waiting[] = [];
  #fresh: { from: number; to: number }[] = [];

  /** The bars are in the store, oldest first. */
  stored(bars: readonly Bar[]): void {
    for (const { openTime } of bars) {
      const last = this.#fresh.at(-1);
      if (last?.to === openTime) last.to = openTime + MINUTE;
      else this.#fresh.push({ from: openTime, to: openTime + MINUTE });
    }
  }

  /**
   * Takes what is safe by now, oldest first, each once.
   *
   * @param tradesTo every trade before it is stored or listed as missing.
   * @param now local monotonic ms.
   */
  take(tradesTo: number, now: number): Interval[] {
    for (const { from, to } of this.#fresh) this.#waiting.push({ from, to, since: now });
    this.#fresh = [];
    const safe: { from: number; to: number }[] = [];
    const waiting: Waiting[] = [];
    for (const one of this.#waiting) {
      const isPatient = now - one.since < PATIENCE_MS && this.#waiting.length <= MOST_WAITING;
      const end = isPatient ? this.#safeEnd(one, tradesTo) : one.to;
      if (end > one.from) safe.push({ from: one.from, to: end });
      if (end < one.to) {
        waiting.push({ from: Math.max(one.from, end), to: one.to, since: one.since });
      }
    }
    this.#waiting = waiting;
    return joined(safe);
  }

  /** End of the part of a stretch that waits for no trade. */
  #safeEnd({ to }: Interval, tradesTo: number): number {
    if (Number.isNaN(this.tradesFrom) || to <= this.tradesFrom) return to;
    const reached = Number.isNaN(tradesTo) ? this.tradesFrom : Math.max(tradesTo, this.tradesFrom);
    return Math.min(to, Math.floor(reached / MINUTE) * MINUTE);
  }
}

function joined(stretches: readonly Interval[]): Interval[] {
  const rows: { from: number; to: number }[] = [];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = rows.at(-1);
    if (last?.to === from) last.to = to;
    else rows.push({ from, to });
  }
  return rows;
}
