import { DAY } from "../../model/time.ts";
import type { Interval } from "../../model/time.ts";

/** Times looked at to know what is usual. */
const SAMPLE = 4_096;
/** With fewer rows nothing is usual. */
const MIN_ROWS = 20;
/** Share of times at each end that may be others. */
const TAIL = 0.05;
/** How far from the bulk a time is no part of it any more: times its length, and at least so many days. */
const FAR_LENGTHS = 20;
const FAR_DAYS = 366;
/** More rows than this share are no strays: the file has two parts. */
const MAX_SHARE = 0.01;

/**
 * Between which times the rows of a file must lie so as not to be strays: a 0 or a typing error in the year, which
 * would make a gap of years. Unbounded where that cannot be said.
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

/** Whether a time lies outside; NaN does not. */
export function isStray(time: number, usual: Interval): boolean {
  return time < usual.from || time > usual.to;
}
