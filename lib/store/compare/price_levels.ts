import { DAY, type Interval } from "../../model/time.ts";
import { medianOf, spreadAround } from "./robust.ts";

/** A stretch in which their prices are ours plus one number, give or take the spread. */
export interface PriceLevel extends Interval {
  /** Theirs less ours, median. */
  readonly offset: number;
  /** Median distance from it. */
  readonly spread: number;
  readonly n: number;
}

/** Neighbouring levels differ by so many times what prices differ within a day. */
const CLEAR = 6;
/** Within a level prices may drift by this share of all there is: contracts come closer as they expire. */
const DRIFT = 0.1;
/** More levels are no contracts: prices wander. */
const MOST_LEVELS = 6;

/**
 * Cuts differences of prices into stretches around one number each. Levels are told apart by their days; the minute at
 * which one ends is the one that fits best.
 *
 * @param tick differences of less are none.
 * @returns nothing where there are more than a few: they wander.
 */
export function priceLevels(
  time: Float64Array,
  difference: Float64Array,
  tick: number,
): PriceLevel[] {
  const days = daysOf(time);
  const middles = days.map(({ first, end }) => medianOf(difference.subarray(first, end)));
  const spreads = days.map(({ first, end }, i) =>
    spreadAround(difference.subarray(first, end), middles[i]!)
  );
  const usual = medianOf(Float64Array.from(spreads));
  const range = Math.max(0, ...middles) - Math.min(0, ...middles);
  const least = Math.max(2 * tick, CLEAR * usual, DRIFT * range);
  const groups: { first: number; end: number; middle: number; days: number }[] = [];
  for (const [i, { first, end }] of days.entries()) {
    const group = groups.at(-1);
    if (group !== undefined && Math.abs(middles[i]! - group.middle) <= least) {
      group.end = end;
      group.days++;
      group.middle += (middles[i]! - group.middle) / group.days;
    } else {
      groups.push({ first, end, middle: middles[i]!, days: 1 });
    }
    if (groups.length > 2 * MOST_LEVELS) return [];
  }
  for (const [i, group] of groups.entries()) {
    const next = groups[i + 1];
    if (next === undefined) continue;
    // The day that seems to be of neither may hold the change.
    group.end = next.first = bestCut(difference, dayBefore(time, group, next), group, next);
  }
  const merged = mergeSame(groups.filter(({ first, end }) => end > first), difference, least);
  if (merged.length > MOST_LEVELS) return [];
  return merged.map(({ first, end }) => {
    const part = difference.subarray(first, end), offset = medianOf(part);
    return {
      from: time[first]!,
      to: time[end] ?? time.at(-1)!,
      offset,
      spread: spreadAround(part, offset),
      n: part.length,
    };
  });
}

interface Rows {
  readonly first: number;
  readonly end: number;
}

function daysOf(time: Float64Array): Rows[] {
  const days: Rows[] = [];
  for (let first = 0; first < time.length;) {
    const day = Math.floor(time[first]! / DAY);
    let end = first;
    while (end < time.length && Math.floor(time[end]! / DAY) === day) end++;
    days.push({ first, end });
    first = end;
  }
  return days;
}

/** Rows in which one level may turn into the next: a day to either side of where the days change. */
function dayBefore(time: Float64Array, group: Rows, next: Rows): Rows {
  const cut = time[next.first]!;
  let first = next.first, end = next.first;
  while (first > group.first && time[first - 1]! >= cut - DAY) first--;
  while (end < next.end && time[end]! < cut + DAY) end++;
  return { first, end };
}

/** The row from which on the second middle fits better than the first. */
function bestCut(
  difference: Float64Array,
  { first, end }: Rows,
  before: { readonly middle: number },
  after: { readonly middle: number },
): number {
  let sum = 0, least = 0, at = first;
  for (let row = first; row < end; row++) {
    const value = difference[row]!;
    sum += Math.abs(value - before.middle) - Math.abs(value - after.middle);
    if (sum < least) [least, at] = [sum, row + 1];
  }
  return at;
}

/** A day that held a change may have looked like a level of its own. */
function mergeSame(groups: readonly Rows[], difference: Float64Array, least: number): Rows[] {
  const merged: { first: number; end: number; middle: number }[] = [];
  for (const { first, end } of groups) {
    const middle = medianOf(difference.subarray(first, end));
    const last = merged.at(-1);
    if (last !== undefined && Math.abs(last.middle - middle) <= least) last.end = end;
    else merged.push({ first, end, middle });
  }
  return merged;
}
