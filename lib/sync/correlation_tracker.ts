import type { Estimate } from "../model/evidence.ts";
import type { Source } from "../model/instrument.ts";
import { floorTo, MINUTE } from "../model/time.ts";
import { type CorrelatedTimeframe, stepOf, windowOf } from "../model/timeframe.ts";
import { estimateOf, INTERVAL_METHOD } from "./estimate_of.ts";
import { commonSlots } from "./pair_correlation.ts";
import { defaultMinPeriods, PairWindow } from "./pair_window.ts";
import type { RecentReturns } from "./recent_returns.ts";
import type { GridTimeframe } from "./timeframe_grid.ts";

export interface TrackerOptions {
  readonly timeframe: GridTimeframe;
  /** Label of the estimates. */
  readonly source: Source;
  /** Slots in the window. @default the timeframe's */
  readonly window?: number;
  /** Fewest pairs for a value. @default half the window, at least 20, at most all of it */
  readonly minPeriods?: number;
  /** How the estimates say they were made: one text for all pairs. @default {@link rollingMethod} */
  readonly method?: string;
}

/** How a rolling correlation was computed, as its evidence says it. */
export function rollingMethod(timeframe: CorrelatedTimeframe, window: number): string {
  return `Pearson of ${timeframe} log returns, last ${window} slots, ${INTERVAL_METHOD}`;
}

/**
 * The newest correlation of one pair at one timeframe, kept up to date in O(1) a slot; reading
 * {@link latest} costs one pass over the window. Equal to the last
 * row of `correlate` over the same minutes.
 *
 * A slot is taken in once. When one of its minutes changes later (a late heal, a revision), say so by
 * {@link invalidate}; the next {@link update} reads the window afresh.
 */
export class CorrelationTracker {
  readonly timeframe: GridTimeframe;
  readonly window: number;
  readonly minPeriods: number;
  readonly #source: Source;
  readonly #stepMs: number;
  readonly #method: string;
  #state: PairWindow;
  /** Open time of the next slot to take in; NaN before the first update with minutes. */
  #next = NaN;
  #isStale = false;

  /** @throws {RangeError} when `window` or `minPeriods` is out of range. */
  constructor(options: TrackerOptions) {
    const { timeframe, source, window = windowOf({}, timeframe) } = options;
    this.timeframe = timeframe;
    this.window = window;
    this.#source = source;
    this.#stepMs = stepOf(timeframe);
    this.#method = options.method ?? rollingMethod(timeframe, window);
    this.#state = new PairWindow(window, options.minPeriods ?? defaultMinPeriods(window));
    this.minPeriods = this.#state.minPeriods;
  }

  /** Open time of the newest slot taken in; NaN before the first. */
  get openTime(): number {
    return this.#state.slots === 0 ? NaN : this.#next - this.#stepMs;
  }

  /**
   * Takes in the slots that end by `settledTo` (epoch ms) and lie in the grids of both sides.
   *
   * @param a returns of this timeframe, that keep at least `window` slots.
   * @returns true when {@link latest} may have changed.
   */
  update(a: RecentReturns, b: RecentReturns, settledTo: number): boolean {
    // Most slots of the longer timeframes are still under way.
    if (!this.#isStale && floorTo(settledTo, this.#stepMs) === this.#next) return false;
    const { start, end } = commonSlots(a, b, this.#stepMs, settledTo);
    if (!(end >= start)) return false;
    // The venues' time went back: what was taken in is of another era.
    const isBehind = end < this.#next - this.window * this.#stepMs;
    this.#isStale ||= isBehind;
    const next = Number.isNaN(this.#next) || isBehind ? start : this.#next;
    const to = Math.max(end, next);
    const windowStart = Math.max(start, to - this.window * this.#stepMs);
    let from = next;
    if (this.#isStale || windowStart > next) {
      this.#state = new PairWindow(this.window, this.minPeriods);
      this.#isStale = false;
      from = windowStart;
    } else if (!(to > next)) return false;
    for (let time = from; time < to; time += this.#stepMs) this.#take(a, b, time);
    this.#next = to;
    return true;
  }

  /** Marks results stale after the minutes that open in `[from, to)` changed in one of the two grids. */
  invalidate(from: number, to = from + MINUTE): void {
    // The slot after the changed one rests on it too: its return starts from there.
    const lastTouched = floorTo(to - 1, this.#stepMs) + this.#stepMs;
    const windowStart = this.#next - this.#state.slots * this.#stepMs;
    if (from < this.#next && lastTouched >= windowStart) this.#isStale = true;
  }

  /** Correlation of the window that ends with the newest slot taken in. */
  latest(): Estimate {
    const { n, r, nEff } = this.#state.estimate;
    return estimateOf({
      r,
      n,
      nEff,
      expected: this.#state.expected,
      needed: this.minPeriods,
      from: this.#next - this.#state.slots * this.#stepMs,
      to: this.#next,
      method: this.#method,
      source: this.#source,
    });
  }

  #take(a: RecentReturns, b: RecentReturns, openTime: number): void {
    const inA = a.placeOf(openTime), inB = b.placeOf(openTime);
    const isPossible = a.isPossibleAt(inA) && b.isPossibleAt(inB);
    this.#state.push(a.valueAt(inA), b.valueAt(inB), isPossible);
  }
}
