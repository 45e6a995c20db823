import { MINUTE } from "../../model/time.ts";

/**
 * Open times of bars whose times are those of their end, as with `--stamp close`: an end a second or a millisecond
 * before the next bar (`23:59:59.999`) is rounded up, then the commonest distance of two bars is taken off.
 *
 * @returns undefined where there are not two different times.
 */
export function openTimesOf(ends: Float64Array): Float64Array | undefined {
  const rounded = ends.map((end) => {
    const past = end % MINUTE;
    return past === MINUTE - 1 || past === MINUTE - 1_000 ? end + MINUTE - past : end;
  });
  const stepMs = commonestStep(rounded);
  return stepMs === undefined ? undefined : rounded.map((end) => end - stepMs);
}

/** The commonest distance of two neighbours in time, ms; the shortest of equally common ones. */
export function commonestStep(times: Float64Array): number | undefined {
  const sorted = times.filter((time) => !Number.isNaN(time)).sort();
  const counts = new Map<number, number>();
  let found: number | undefined, most = 0;
  for (let at = 1; at < sorted.length; at++) {
    const step = sorted[at]! - sorted[at - 1]!;
    if (step === 0) continue;
    const count = (counts.get(step) ?? 0) + 1;
    counts.set(step, count);
    if (count > most || (count === most && step < found!)) [found, most] = [step, count];
  }
  return found;
}
