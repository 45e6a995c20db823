import type { WallClock } from "../wall_clock.ts";

/**
 * Times that rise from within an hour that is shown twice in autumn: the clock alone does not say which of the two
 * the file begins in, and its first was taken. Where the times that follow stand an hour and a step later, and with
 * the second would stand a step later, it was the second.
 *
 * @param times epoch ms UTC as `clock` gave them; NaN where unknown.
 * @returns the same array where nothing is to be moved.
 */
export function settledStart(times: Float64Array, clock: WallClock): Float64Array {
  const first = times.findIndex((time) => !Number.isNaN(time));
  const by = first < 0 ? 0 : clock.repeatsAfter(times[first]!);
  if (by === 0) return times;
  let step = Infinity, last = first;
  for (let row = first + 1; row < times.length; row++) {
    const time = times[row]!, before = times[last]!;
    if (Number.isNaN(time)) continue;
    if (time < before) return times;
    const isWithin = clock.repeatsAfter(time) > 0;
    if (!isWithin) {
      step = Math.min(step, stepAfter(times, row));
      const left = time - before - by;
      if (left <= 0 || left > step) return times;
      return times.map((one, at) => at <= last ? one + by : one);
    }
    if (time > before) step = Math.min(step, time - before);
    last = row;
  }
  return times;
}

/** The next rise behind a row; Infinity where there is none. */
function stepAfter(times: Float64Array, row: number): number {
  const next = times.slice(row + 1, row + 20).find((time) => time > times[row]!);
  return next === undefined ? Infinity : next - times[row]!;
}
