import type { Interval } from "../model/time.ts";

/** Time that runs evenly along the axis, from `start` on, in slots (bar lengths). */
interface Stretch extends Interval {
  readonly start: number;
}

/** Time without bars of any instrument, drawn `slots` wide whatever its length. */
export interface Fold extends Interval {
  readonly start: number;
  readonly slots: number;
}

/** Longest time without any bar that keeps its true width, in slots. */
const LONGEST_HOLE = 30;

/**
 * The UTC time axis that all panels share, measured in slots: one slot a bar length. It holds the newest
 * `lastBars` distinct open times of all instruments together and runs evenly, except that time in which no
 * instrument at all has a bar for longer than 30 slots is folded to a narrow strip: a weekend of futures alone
 * does not push the bars aside, and beside a market that never shuts nothing is folded.
 */
export class SlotAxis implements Interval {
  readonly from: number;
  /** End of the newest bar. */
  readonly to: number;
  readonly stepMs: number;
  /** In slots. */
  readonly length: number;
  readonly folds: readonly Fold[];
  readonly #stretches: readonly Stretch[];

  /**
   * @param openTimes of every instrument, each list oldest first.
   * @param options.foldShare part of the whole axis that each fold takes.
   */
  constructor(
    openTimes: readonly (readonly number[])[],
    options: { readonly stepMs: number; readonly lastBars: number; readonly foldShare: number },
  ) {
    const { stepMs, lastBars, foldShare } = options;
    const times = [...new Set(openTimes.flat())].sort((a, b) => a - b).slice(-lastBars);
    const last = times.at(-1) ?? 0;
    const holes: Interval[] = [];
    for (let i = 1; i < times.length; i++) {
      const from = times[i - 1]! + stepMs, to = times[i]!;
      if (to - from > LONGEST_HOLE * stepMs) holes.push({ from, to });
    }
    this.stepMs = stepMs;
    this.from = times[0] ?? 0;
    this.to = last + stepMs;
    const foldedMs = holes.reduce((sum, { from, to }) => sum + to - from, 0);
    const even = (this.to - this.from - foldedMs) / stepMs;
    // All folds together take at most half of the axis, however many there are.
    const share = Math.min(foldShare, 0.5 / Math.max(1, holes.length));
    const slots = even * share / (1 - holes.length * share);
    const stretches: Stretch[] = [], folds: Fold[] = [];
    let from = this.from, start = 0;
    for (const hole of [...holes, { from: this.to, to: this.to }]) {
      stretches.push({ from, to: hole.from, start });
      start += (hole.from - from) / stepMs;
      if (hole.to > hole.from) {
        folds.push({ ...hole, start, slots });
        start += slots;
      }
      from = hole.to;
    }
    this.length = start;
    this.folds = folds;
    this.#stretches = stretches;
  }

  /** Where a time lies, in slots; outside the axis it is at its nearer end. */
  positionOf(time: number): number {
    if (time <= this.from) return 0;
    for (let i = this.#stretches.length - 1; i >= 0; i--) {
      const { from, to, start } = this.#stretches[i]!;
      if (time < from) continue;
      if (time <= to) return start + (time - from) / this.stepMs;
      const fold = this.folds[i];
      if (fold === undefined) return this.length;
      return fold.start + fold.slots * (time - fold.from) / (fold.to - fold.from);
    }
    return 0;
  }

  /** The evenly running parts of the axis. */
  get stretches(): readonly Interval[] {
    return this.#stretches;
  }
}
