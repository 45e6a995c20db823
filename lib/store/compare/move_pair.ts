import { DAY, HOUR, type Interval } from "../../model/time.ts";
import { barMoves, evidenceOf, type MoveSums, noSums } from "./bar_moves.ts";
import { type BarSeries, rowAt } from "./bar_series.ts";

/** Farther than any zone is from another, and a date taken for the next. */
export const FARTHEST = 26 * HOUR;
/** Rows of ours that all shifts are tried on, in stretches spread over all. */
const SAMPLE_STRETCHES = 12;
const SAMPLE_ROWS = 500;
/** Moves that differ by rounding alone, in usual moves. */
const SAME_MOVE = 1e-6;

/** The moves of both sides, to be laid on each other at any shift. */
export class MovePair {
  readonly #ours: BarSeries;
  readonly #theirs: BarSeries;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #firstDay: number;
  readonly #lastDay: number;

  constructor(ours: BarSeries, theirs: BarSeries, stepMs: number) {
    const limits = {
      from: (theirs.openTime[0] ?? NaN) - FARTHEST,
      to: (theirs.openTime.at(-1) ?? NaN) + FARTHEST,
    };
    this.#ours = within(ours, limits);
    this.#theirs = theirs;
    this.#x = barMoves(this.#ours, stepMs);
    this.#y = barMoves(theirs, stepMs);
    this.#firstDay = Math.floor((this.#ours.openTime[0] ?? NaN) / DAY);
    this.#lastDay = Math.floor((this.#ours.openTime.at(-1) ?? NaN) / DAY);
  }

  /** Starts of the days of UTC that ours lies in. */
  days(): number[] {
    const count = this.#lastDay - this.#firstDay + 1;
    return Number.isNaN(count)
      ? []
      : Array.from({ length: count }, (_, i) => (this.#firstDay + i) * DAY);
  }

  /** Evidence for a shift on a sample of all. */
  sampled(shiftMs: number): number {
    const { length } = this.#x, sums = noSums();
    if (length <= SAMPLE_STRETCHES * SAMPLE_ROWS) this.#add(shiftMs, 0, length, () => sums);
    else {
      for (let i = 0; i < SAMPLE_STRETCHES; i++) {
        const first = Math.floor(i * (length - SAMPLE_ROWS) / (SAMPLE_STRETCHES - 1));
        this.#add(shiftMs, first, first + SAMPLE_ROWS, () => sums);
      }
    }
    return evidenceOf(sums);
  }

  byDay(shiftMs: number): MoveSums[] {
    const days = this.days().map(noSums);
    this.#add(
      shiftMs,
      0,
      this.#x.length,
      (time) => days[Math.floor(time / DAY) - this.#firstDay]!,
    );
    return days;
  }

  /** From when on the second shift holds in place of the first: our time of the first bar that says so. */
  boundary(before: number, after: number, { from, to }: Interval): number {
    const { openTime } = this.#ours;
    const first = rowAt(openTime, from), end = rowAt(openTime, to);
    const gains = new Float64Array(end - first);
    const weigh = (shiftMs: number, sign: number) =>
      this.#each(shiftMs, first, end, (row, x, y) => {
        gains[row - first]! += sign * (x * y + (Math.abs(x - y) < SAME_MOVE ? 1 : 0));
      });
    weigh(before, 1);
    weigh(after, -1);
    let sum = 0, most = 0, at = first;
    for (let row = first; row < end; row++) {
      sum += gains[row - first]!;
      if (sum >= most) [most, at] = [sum, row + 1];
    }
    return openTime[at] ?? to;
  }

  #add(shiftMs: number, first: number, end: number, sumsAt: (time: number) => MoveSums): void {
    const { openTime } = this.#ours;
    this.#each(shiftMs, first, end, (row, x, y) => {
      const sums = sumsAt(openTime[row]!);
      sums.n++;
      sums.xy += x * y;
      sums.xx += x * x;
      sums.yy += y * y;
    });
  }

  #each(
    shiftMs: number,
    first: number,
    end: number,
    take: (row: number, x: number, y: number) => void,
  ): void {
    const t = this.#ours.openTime, u = this.#theirs.openTime;
    if (first >= end) return;
    let other = rowAt(u, t[first]! + shiftMs);
    for (let row = first; row < end; row++) {
      const time = t[row]! + shiftMs;
      while (other < u.length && u[other]! < time) other++;
      if (u[other] !== time) continue;
      const x = this.#x[row]!, y = this.#y[other]!;
      if (!Number.isNaN(x) && !Number.isNaN(y)) take(row, x, y);
    }
  }
}

function within(series: BarSeries, { from, to }: Interval): BarSeries {
  const { openTime } = series;
  const first = rowAt(openTime, from), end = rowAt(openTime, to + 1);
  const cut = (column: Float64Array) => column.subarray(first, end);
  return {
    openTime: cut(openTime),
    open: cut(series.open),
    high: cut(series.high),
    low: cut(series.low),
    close: cut(series.close),
    volume: cut(series.volume),
    unusable: series.unusable,
    repeated: series.repeated,
  };
}
