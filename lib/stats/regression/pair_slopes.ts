import { select } from "../select.ts";

/** Slopes held at once: 8 MB. All pairs of 1,448 points. */
const MOST_SLOPES = 2 ** 20;

/**
 * The slopes of given ranks (from 0, ascending) among those of all pairs of points with different x.
 * Up to 1,448 points from a list of all; beyond, by narrowing a bracket with counts of inversions until
 * the slopes inside can be listed: O(n log n) a step and no more memory.
 *
 * Counting slopes by inversions: Cole, Salowe, Steiger & Szemerédi, SIAM J. Comput. 18, 1989.
 */
export function selectSlopes(
  x: Float64Array,
  y: Float64Array,
  ranks: readonly number[],
  limit: number = MOST_SLOPES,
): number[] {
  if (x.length * (x.length - 1) / 2 <= limit) {
    const slopes = allSlopes(x, y);
    return ranks.map((rank) => select(slopes, rank));
  }
  const order = Float64Array.from(x, (_, row) => row);
  order.sort((a, b) => x[a]! - x[b]! || y[a]! - y[b]!);
  const points: Points = {
    x: Float64Array.from(order, (row) => x[row]!),
    y: Float64Array.from(order, (row) => y[row]!),
  };
  const sample = sampleSlopes(points);
  const known = new Map<number, number>();
  return ranks.map((rank) => {
    if (!known.has(rank)) known.set(rank, selectAmongMany(points, rank, sample, limit));
    return known.get(rank)!;
  });
}

/** Sorted by x, then y. */
interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

function allSlopes(x: Float64Array, y: Float64Array): Float64Array {
  const slopes = new Float64Array(x.length * (x.length - 1) / 2);
  let count = 0;
  for (let i = 1; i < x.length; i++) {
    const xi = x[i]!, yi = y[i]!;
    for (let j = 0; j < i; j++) {
      const dx = xi - x[j]!;
      if (dx !== 0) slopes[count++] = (yi - y[j]!) / dx;
    }
  }
  return slopes.subarray(0, count);
}

/** A sorted spread of slopes, to start brackets from. The pairs are a fixed, evenly scattered choice. */
function sampleSlopes({ x, y }: Points): Float64Array {
  const slopes: number[] = [];
  for (let k = 1; k <= 20_000; k++) {
    const i = Math.floor((k * Math.SQRT2 % 1) * x.length);
    const j = Math.floor((k * 1.618033988749895 % 1) * x.length);
    if (x[i] !== x[j]) slopes.push((y[i]! - y[j]!) / (x[i]! - x[j]!));
  }
  return Float64Array.from(slopes).sort();
}

function selectAmongMany(
  points: Points,
  rank: number,
  sample: Float64Array,
  limit: number,
): number {
  const pairs = slopesBelow(points, Infinity);
  const guess = rank / pairs * sample.length;
  const margin = 3 * Math.sqrt(sample.length);
  let low = sample[Math.floor(guess - margin)] ?? -Number.MAX_VALUE;
  let high = sample[Math.ceil(guess + margin)] ?? Number.MAX_VALUE;
  let below = slopesBelow(points, low);
  if (below > rank) [low, below] = [-Number.MAX_VALUE, 0];
  let belowHigh = slopesBelow(points, high);
  if (belowHigh <= rank) [high, belowHigh] = [Number.MAX_VALUE, pairs];
  while (belowHigh - below > limit) {
    const middle = halfway(low, high);
    if (!(middle > low && middle < high)) return middle;
    const count = slopesBelow(points, middle);
    if (count <= rank) [low, below] = [middle, count];
    else [high, belowHigh] = [middle, count];
  }
  const inside = slopesBetween(points, low, high, belowHigh - below);
  return select(inside, Math.min(rank - below, inside.length - 1));
}

/** The middle of two numbers, of their magnitudes when these are far apart. */
function halfway(low: number, high: number): number {
  if (low < 0 && high > 0) return 0;
  const far = Math.abs(low) > 4 * Math.abs(high) || Math.abs(high) > 4 * Math.abs(low);
  if (!far) return low / 2 + high / 2;
  const least = Number.MIN_VALUE;
  const size = Math.sqrt(Math.max(Math.abs(low), least)) *
    Math.sqrt(Math.max(Math.abs(high), least));
  return low < 0 || high < 0 ? -size : size;
}

/** How many pairs have a slope below the bound: inversions of y - bound x, in the order of x. */
function slopesBelow({ x, y }: Points, bound: number): number {
  if (bound === Infinity) {
    return inversions(Float64Array.from(x, (value) => -value), () => {});
  }
  return inversions(tilted(x, y, bound), () => {});
}

/** The slopes within [low, high). */
function slopesBetween({ x, y }: Points, low: number, high: number, count: number): Float64Array {
  const atLow = tilted(x, y, low), atHigh = tilted(x, y, high);
  const order = Float64Array.from(x, (_, row) => row);
  order.sort((a, b) => atLow[a]! - atLow[b]! || a - b);
  const slopes = new Float64Array(count);
  let found = 0;
  // Pairs in order at one bound and out of order at the other.
  inversions(Float64Array.from(order, (row) => atHigh[row]!), (before, after) => {
    const a = order[before]!, b = order[after]!;
    if (found < count) slopes[found++] = (y[b]! - y[a]!) / (x[b]! - x[a]!);
  });
  return slopes.subarray(0, found);
}

function tilted(x: Float64Array, y: Float64Array, slope: number): Float64Array {
  // At the largest bounds only the order of x matters, and the product would overflow.
  const scale = Math.abs(slope) > 1 ? 1 / slope : 1;
  const sign = Math.sign(scale);
  const x0 = x[0]!, y0 = y[0]!;
  return Float64Array.from(x, (value, row) => {
    return sign * ((y[row]! - y0) * scale - (value - x0) * (slope * scale));
  });
}

/** Counts pairs out of order by merge sort, calling `report` with the places of each if it takes any. */
function inversions(
  values: Float64Array,
  report: (before: number, after: number) => void,
): number {
  const reports = report.length > 0;
  let from = Float64Array.from(values, (_, place) => place);
  let to = new Float64Array(values.length);
  let count = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let left = start, right = middle;
      for (let out = start; out < end; out++) {
        const takeLeft = left < middle &&
          (right >= end || values[from[left]!]! <= values[from[right]!]!);
        if (takeLeft) to[out] = from[left++]!;
        else {
          count += middle - left;
          if (reports) { for (let i = left; i < middle; i++) report(from[i]!, from[right]!); }
          to[out] = from[right++]!;
        }
      }
    }
    [from, to] = [to, from];
  }
  return count;
}
