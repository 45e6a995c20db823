import { DAY } from "../../model/time.ts";
import type { Interval } from "../../model/time.ts";

/** Times sampled to find the usual range. */
const SAMPLE = 4_096;
/** Fewer rows are too few for a usual range. */
const MIN_ROWS = 20;
/** Share of times at each end that is left out of the range. */
const TAIL = 0.05;
/** A time is stray beyond this multiple of the range's length, and at least this many days. */
const FAR_LENGTHS = 20;
const FAR_DAYS = 366;
/** A larger share of rows cannot be strays: the file has two parts. */
const MAX_SHARE = 0.01;

/**
 * The range of times outside which a row is stray, such as a 0 or a mistyped year, which would otherwise open a gap
 * of years. Unbounded where no range can be inferred.
 */
export function usualTimes(times: Float64Array): Interval {
  const step = Math.max(1, Math.floor(times.length / SAMPLE));
  const sample = times.filter((time, i) => i % step === 0 && Number.isFinite(time)).sort();
  const from = sample[Math.floor(TAIL * sample.length)]!;
  const to = sample[Math.ceil((1 - TAIL) * sample.length) - 1]!;
  const far = Math.max(FAR_LENGTHS * (to - from), FAR_DAYS * DAY);
  const usual = { from: from - far, to: to + far };
  const strays = times.reduce((sum, time) => sum + (isStray(time, usual) ? 1 : 0), 0);
  const isUsual = sample.length >= MIN_ROWS && strays <= Math.max(1, MAX_SHARE * times.length);
  return isUsual ? usual : { from: -Infinity, to: Infinity };
}

/** Whether a time lies outside the range; false for NaN. */
export function isStray(time: number, usual: Interval): boolean {
  return time < usual.from || time > usual.to;
}
