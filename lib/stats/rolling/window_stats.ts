import { Moments } from "./moments.ts";
import { NumberQueue } from "./number_queue.ts";
import { isRounding } from "../rounding.ts";
import { SlidingSets } from "./sliding_sets.ts";
import { SortedValues } from "./sorted_values.ts";

/** What a window of numbers says. NaN where undefined. */
export interface WindowStats {
  /** Numbers in the window that are not missing. */
  readonly n: number;
  readonly mean: number;
  /** Standard deviation, divisor n. */
  readonly sd0: number;
  /** Standard deviation, divisor n - 1. */
  readonly sd1: number;
  /** Sample skewness. */
  readonly skew: number;
  /** Sample excess kurtosis. */
  readonly kurt: number;
  readonly min: number;
  readonly max: number;
  readonly median: number;
  /** Distance of the newest number from the mean in units of `sd1`; NaN where that is rounding alone. */
  readonly z: number;
}

/** A window of numbers that its owner moves on, with all of {@link WindowStats} at any moment. */
export class StatsOfWindow {
  readonly #values = new NumberQueue();
  readonly #moments = new SlidingSets<Moments>(() => new Moments());
  readonly #sorted = new SortedValues();
  readonly #scratch = new SortedValues();

  /** Rows in the window, missing ones included. */
  get length(): number {
    return this.#values.length;
  }

  push(value: number): void {
    this.#values.push(value);
    this.#moments.push(value, 0);
    if (Number.isFinite(value)) this.#sorted.add(value);
  }

  /** Drops the oldest row. */
  shift(): void {
    const value = this.#values.shift();
    this.#moments.shift();
    if (Number.isFinite(value)) this.#sorted.remove(value);
  }

  read(minPeriods: number): WindowStats {
    const newest = this.#values.at(this.#values.length - 1);
    return statsOf(this.#moments.current(), this.#sorted, newest, minPeriods);
  }

  /** What it would say had the `dropped` oldest rows left and `value` entered; nothing changes. */
  peek(dropped: number, value: number, minPeriods: number): WindowStats {
    this.#scratch.copy(this.#sorted);
    for (let i = 0; i < dropped; i++) {
      const leaving = this.#values.at(i);
      if (Number.isFinite(leaving)) this.#scratch.remove(leaving);
    }
    if (Number.isFinite(value)) this.#scratch.add(value);
    return statsOf(this.#moments.peek(dropped, value, 0), this.#scratch, value, minPeriods);
  }
}

function statsOf(
  moments: Moments,
  sorted: SortedValues,
  newest: number,
  minPeriods: number,
): WindowStats {
  const n = moments.n;
  if (n === 0 || n < minPeriods) return { ...NOTHING, n };
  const mean = moments.mean, sd1 = finiteRoot(moments.variance(1));
  return {
    n,
    mean,
    sd0: finiteRoot(moments.variance(0)),
    sd1,
    skew: moments.skewness,
    kurt: moments.kurtosis,
    min: sorted.min,
    max: sorted.max,
    median: sorted.median,
    // By way of the anchor: at a level of 1e9 the rounded mean is too coarse to be subtracted.
    z: Number.isFinite(newest) && sd1 > 0 && !isRounding(sd1, Math.abs(mean))
      ? (newest - moments.anchor - moments.offset) / sd1
      : NaN,
  };
}

const NOTHING: WindowStats = {
  n: 0,
  mean: NaN,
  sd0: NaN,
  sd1: NaN,
  skew: NaN,
  kurt: NaN,
  min: NaN,
  max: NaN,
  median: NaN,
  z: NaN,
};

/** NaN where the squares were too large for a number: a spread of Infinity would make every distance 0. */
function finiteRoot(variance: number): number {
  return variance < Infinity ? Math.sqrt(variance) : NaN;
}
