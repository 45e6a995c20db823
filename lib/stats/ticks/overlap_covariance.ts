import type { Ticks } from "./ticks.ts";

/** Ticks of the second side looked at together. */
const STRIDE = 4;

/**
 * Sum of the products of price changes over all pairs of intervals that overlap, with every time of the
 * second side taken `lag` earlier. Intervals that only touch do not overlap. O(n + m).
 *
 * For each change of the first side it takes the change of the second from its last tick at or before the
 * interval's beginning to its first tick at or after the interval's end.
 *
 * How many ticks of the second side fall into an interval of the first is chance, and a processor that
 * guesses wrongly at every tick spends most of its time on that. So they are counted four at a time, by
 * adding comparisons, without a branch: times ascend, hence those before the end come first.
 */
export function overlapCovariance(first: Ticks, second: Ticks, lag: number): number {
  const { time: t, price: x } = first, { time: s, price: y } = second;
  const n = t.length, last = s.length - 1;
  if (n < 2 || last < 1) return NaN;
  const lastStride = last - STRIDE;
  let sum = 0, to = 0;
  while (to < last && s[to]! < t[0]! + lag) to++;
  for (let tick = 1; tick < n; tick++) {
    // The first tick not before the beginning is also the last not after it, or follows that one.
    const from = s[to]! <= t[tick - 1]! + lag || to === 0 ? to : to - 1;
    const end = t[tick]! + lag;
    while (to <= lastStride) {
      const before = Number(s[to]! < end) + Number(s[to + 1]! < end) +
        Number(s[to + 2]! < end) + Number(s[to + 3]! < end);
      to += before;
      if (before < STRIDE) break;
    }
    while (to > lastStride && to < last && s[to]! < end) to++;
    sum += (x[tick]! - x[tick - 1]!) * (y[to]! - y[from]!);
  }
  return sum;
}
