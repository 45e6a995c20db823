import type { Interval } from "../../model/time.ts";
import { type BarSeries, rowAt } from "./bar_series.ts";
import type { ShiftStretch } from "./time_shift.ts";

/** Bars that one side has and the other lacks. */
export interface OneSided extends Interval {
  readonly bars: number;
}

/** Which bars of both sides belong together. */
export interface CommonBars {
  /** Rows of ours and of theirs, pair by pair in time order. */
  readonly ours: Uint32Array;
  readonly theirs: Uint32Array;
  /** Our time that both sides reach over: what lies outside is neither missing nor compared. */
  readonly range: Interval;
  /** Missing in theirs, in stretches without a bar of both between, oldest first; our times. */
  readonly onlyOurs: readonly OneSided[];
  /** Missing in ours. */
  readonly onlyTheirs: readonly OneSided[];
}

/** Pairs the bars of both sides at the shifts found. @param stretches empty where no shift is known: none is taken. */
export function commonBars(
  ours: BarSeries,
  theirs: BarSeries,
  stretches: readonly ShiftStretch[],
  stepMs: number,
): CommonBars {
  const moved = ownTimes(theirs.openTime, stretches);
  const range = {
    from: Math.max(ours.openTime[0] ?? Infinity, first(moved)),
    to: Math.min(ours.openTime.at(-1) ?? -Infinity, last(moved)) + stepMs,
  };
  const pairs: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  const onlyOurs = new Stretches(stepMs), onlyTheirs = new Stretches(stepMs);
  let row = rowAt(ours.openTime, range.from), other = 0;
  const end = rowAt(ours.openTime, range.to);
  while (row < end || other < moved.length) {
    const mine = row < end ? ours.openTime[row]! : Infinity;
    const their = other < moved.length ? moved[other]! : Infinity;
    if (Number.isNaN(their) || their < range.from || (their >= range.to && their !== Infinity)) {
      other++;
      continue;
    }
    if (mine === their) {
      pairs.ours.push(row++);
      pairs.theirs.push(other++);
      onlyOurs.end();
      onlyTheirs.end();
    } else if (mine < their) {
      onlyOurs.add(mine);
      row++;
    } else {
      onlyTheirs.add(their);
      other++;
    }
  }
  return {
    ours: Uint32Array.from(pairs.ours),
    theirs: Uint32Array.from(pairs.theirs),
    range,
    onlyOurs: onlyOurs.all,
    onlyTheirs: onlyTheirs.all,
  };
}

/** Their times as ours: NaN for what lies in no stretch, as an hour does that a clock skips. */
function ownTimes(openTime: Float64Array, stretches: readonly ShiftStretch[]): Float64Array {
  if (stretches.length === 0) return openTime;
  let at = 0, latest = -Infinity;
  return openTime.map((time) => {
    // Where clocks show an hour twice, the later one counts, as it does in a series.
    const isNext = ({ shiftMs, from }: ShiftStretch) => time - shiftMs >= from;
    while (at + 1 < stretches.length && isNext(stretches[at + 1]!)) at++;
    const own = time - stretches[at]!.shiftMs;
    return own > latest ? latest = own : NaN;
  });
}

function first(times: Float64Array): number {
  return times.find((time) => !Number.isNaN(time)) ?? Infinity;
}

function last(times: Float64Array): number {
  return times.findLast((time) => !Number.isNaN(time)) ?? -Infinity;
}

/** Collects bars of one side into stretches. */
class Stretches {
  readonly all: { from: number; to: number; bars: number }[] = [];
  readonly #stepMs: number;
  #open: { from: number; to: number; bars: number } | undefined;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  add(time: number): void {
    if (this.#open === undefined) {
      this.#open = { from: time, to: time, bars: 0 };
      this.all.push(this.#open);
    }
    this.#open.bars++;
    this.#open.to = time + this.#stepMs;
  }

  end(): void {
    this.#open = undefined;
  }
}
