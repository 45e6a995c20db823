import { largest, powerOfTwo } from "./columns.ts";
import { countInversions, listInversions, pickInversions } from "./inversions.ts";
import { seededRandom } from "../seeded_random.ts";
import { select, selectRanks } from "../select.ts";
import {
  type Bound,
  justAbove,
  justBelow,
  slopeOf,
  type TiltedKeys,
  tiltedKeys,
} from "./tilted_keys.ts";

/** Slopes held at once: 8 MB. All pairs of 1,448 points. */
export const MOST_SLOPES = 2 ** 20;
/** Slopes drawn in each round to choose the next bracket by. */
const DRAWN = 10_000;

/**
 * The slopes of given ranks (from 0) among those of all pairs of points with different x. Up to 1,448
 * points from a list of all; beyond, by a bracket that is narrowed between drawn slopes until what is
 * inside can be listed: O(n log n) a round, three or four rounds, and no more memory. Counts are exact to
 * the last pair, however many slopes are equal: a bound lies half a unit of the last place beside a slope
 * and the keys compared have twice the precision of doubles. A slope that more pairs share than can be
 * listed is recognised by the counts on both of its sides.
 *
 * Drawing from the slopes of a bracket: J. Matoušek, Inform. Process. Lett. 39, 1991; counting slopes by
 * inversions: Cole, Salowe, Steiger & Szemerédi, SIAM J. Comput. 18, 1989.
 */
export function selectSlopes(
  x: Float64Array,
  y: Float64Array,
  ranks: readonly number[],
  limit: number = MOST_SLOPES,
): number[] {
  if (x.length * (x.length - 1) / 2 <= limit) {
    return selectRanks(allSlopes(x, y), ranks);
  }
  const order = Float64Array.from(x, (_, row) => row);
  order.sort((a, b) => x[a]! - x[b]! || y[a]! - y[b]!);
  const unitX = powerOfTwo(largest(x)), unitY = powerOfTwo(largest(y));
  const points: Points = {
    x: Float64Array.from(order, (row) => x[row]! / unitX),
    y: Float64Array.from(order, (row) => y[row]! / unitY),
  };
  const known = new Map<number, number>();
  return ranks.map((rank) => {
    if (!known.has(rank)) known.set(rank, selectAmongMany(points, rank, limit));
    return known.get(rank)! * (unitY / unitX);
  });
}

/** Sorted by x, then y. */
interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The end of a bracket, and how many slopes lie below it. */
interface End {
  readonly bound: Bound;
  readonly below: number;
}

function allSlopes(x: Float64Array, y: Float64Array): Float64Array {
  const slopes = new Float64Array(x.length * (x.length - 1) / 2);
  return slopes.subarray(0, listSlopes(x, y, slopes));
}

/** Writes the slopes of all pairs of points with different x, in no order. @returns how many */
export function listSlopes(x: Float64Array, y: Float64Array, slopes: Float64Array): number {
  let count = 0;
  for (let i = 1; i < x.length; i++) {
    const xi = x[i]!, yi = y[i]!;
    for (let j = 0; j < i; j++) {
      const dx = xi - x[j]!;
      if (dx !== 0) slopes[count++] = (yi - y[j]!) / dx;
    }
  }
  return count;
}

function selectAmongMany(points: Points, rank: number, limit: number): number {
  const random = seededRandom(1991);
  const end = (bound: Bound): End => ({ bound, below: countInversions(keysAt(points, bound)) });
  let low: End = { bound: { slope: -Infinity, rest: 0 }, below: 0 };
  let high = end({ slope: Infinity, rest: 0 });
  while (high.below - low.below > limit) {
    const inside = high.below - low.below, count = Math.min(DRAWN, limit);
    const numbers = Float64Array.from({ length: count }, () => Math.floor(random() * inside))
      .sort();
    const slopes: number[] = [];
    slopesInside(points, low, high, (slope) => slopes.push(slope), numbers);
    const drawn = Float64Array.from(slopes).sort();
    const place = (rank - low.below) / inside * drawn.length, margin = 2 * Math.sqrt(drawn.length);
    const below = drawn[Math.max(0, Math.floor(place - margin))]!;
    const above = drawn[Math.min(drawn.length - 1, Math.ceil(place + margin))]!;
    const width = inside;

    // The rank is below, among or above the pairs that share the drawn slope.
    let beside = end(justAbove(below));
    if (beside.below <= rank) low = beside;
    else {
      const under = end(justBelow(below));
      if (under.below <= rank) return below;
      high = under;
      continue;
    }
    if (above > below) {
      beside = end(justBelow(above));
      if (beside.below > rank) high = beside;
      else {
        beside = end(justAbove(above));
        if (beside.below > rank) return above;
        low = beside;
      }
    }
    // Slopes so near one another that no double lies between them.
    if (high.below - low.below === width) return above;
  }
  const inside = new Float64Array(high.below - low.below);
  let found = 0;
  slopesInside(points, low, high, (slope) => inside[found++] = slope);
  return select(inside, rank - low.below);
}

function keysAt({ x, y }: Points, bound: Bound): TiltedKeys {
  if (Number.isFinite(bound.slope)) return tiltedKeys(x, y, bound);
  // Below every slope the order is that of x; above every slope the reverse.
  const sign = Math.sign(bound.slope);
  return { high: x.map((value) => -sign * value), low: y };
}

/** Reports the slopes between the ends: all, or those with the given numbers. */
function slopesInside(
  points: Points,
  low: End,
  high: End,
  report: (slope: number) => void,
  numbers?: Float64Array,
): void {
  const { x, y } = points, first = keysAt(points, low.bound), last = keysAt(points, high.bound);
  const order = Float64Array.from(x, (_, row) => row);
  order.sort((a, b) => first.high[a]! - first.high[b]! || first.low[a]! - first.low[b]! || a - b);
  const keys = {
    high: Float64Array.from(order, (row) => last.high[row]!),
    low: Float64Array.from(order, (row) => last.low[row]!),
  };
  // Pairs in order at one bound and out of order at the other.
  const pair = (before: number, after: number) => {
    const a = order[before]!, b = order[after]!;
    report(slopeOf(x[a]!, y[a]!, x[b]!, y[b]!));
  };
  if (numbers) pickInversions(keys, numbers, pair);
  else listInversions(keys, pair);
}
