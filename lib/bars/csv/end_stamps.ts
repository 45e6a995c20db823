import { MINUTE } from "../../model/time.ts";

/**
 * Open times of bars whose times are those of their end, as with `--stamp close`: an end a second or a millisecond
 * before the next bar (`23:59:59.999`) is rounded up, then the length of a bar is taken off.
 *
 * @returns undefined where there are not two different times.
 */
export function openTimesOf(ends: Float64Array): Float64Array | undefined {
  const rounded = ends.map((end) => {
    const past = end % MINUTE;
    return past === MINUTE - 1 || past === MINUTE - 1_000 ? end + MINUTE - past : end;
  });
  const stepMs = barLength(rounded);
  return stepMs === undefined ? undefined : rounded.map((end) => end - stepMs);
}

/** Share of the distances that the shortest one must have: a few rows off the grid are no length of bars. */
const MIN_SHARE = 0.05;

/** The shortest distance of two neighbours in time that is no exception, ms: where rows are lost, others are longer. */
export function barLength(times: Float64Array): number | undefined {
  const sorted = times.filter((time) => !Number.isNaN(time)).sort();
  const counts = new Map<number, number>();
  let all = 0;
  for (let at = 1; at < sorted.length; at++) {
    const step = sorted[at]! - sorted[at - 1]!;
    if (step === 0) continue;
    counts.set(step, (counts.get(step) ?? 0) + 1);
    all++;
  }
  let shortest: number | undefined;
  for (const [step, count] of counts) {
    if (count >= MIN_SHARE * all && (shortest === undefined || step < shortest)) shortest = step;
  }
  return shortest;
}
